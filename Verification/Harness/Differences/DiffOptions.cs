namespace TileProof.Verification.Differences;

/// <summary>What <c>tileproof diff</c> compares.</summary>
public sealed record DiffOptions
{
    /// <summary>The report folder of the run that was.</summary>
    public required string OldFolder { get; init; }

    /// <summary>The report folder of the run that is.</summary>
    public required string NewFolder { get; init; }

    /// <summary>How to write the differences.</summary>
    public DifferenceFormat Format { get; init; }

    /// <summary>What the new run may differ in without failing.</summary>
    public DifferenceLimits Limits { get; init; } = new();

    /// <summary>The file to write; null for the output.</summary>
    public string? OutputFile { get; init; }
}
