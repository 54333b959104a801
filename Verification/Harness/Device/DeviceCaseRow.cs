namespace TileProof.Verification.Device;

/// <summary>One row of <c>device_cases.csv</c>: a call at a bank setting under a landing policy.</summary>
public sealed record DeviceCaseRow
{
    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>The name of the call.</summary>
    public required string Call { get; init; }

    /// <summary>The layer key.</summary>
    public required string ConfigKey { get; init; }

    /// <summary>The bank setting.</summary>
    public required string Bank { get; init; }

    /// <summary>When transfers landed.</summary>
    public required string Landing { get; init; }

    /// <summary>Bytes compared.</summary>
    public required int ComparedBytes { get; init; }

    /// <summary>Bytes that differ from the golden when the entry returns.</summary>
    public required int DifferingBytes { get; init; }

    /// <summary>Bytes that differ after everything under way has landed.</summary>
    public required int DifferingAfterLanding { get; init; }

    /// <summary>Kinds of broken rules at lines of the program; the same for every landing policy.</summary>
    public required int Hazards { get; init; }

    /// <summary>Instructions that were recorded.</summary>
    public required int Instructions { get; init; }

    /// <summary>Accesses of the program that were checked.</summary>
    public required long Checks { get; init; }

    /// <summary>What stopped the program; empty when it returned 0.</summary>
    public required string Fault { get; init; }

    /// <summary>Whether nothing is wrong.</summary>
    public bool Proven => DifferingBytes == 0 && Hazards == 0 && Fault.Length == 0;
}
