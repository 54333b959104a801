namespace TileProof.Verification.TimingCalibration;

/// <summary>What <c>tileproof calibrate</c> reads and writes.</summary>
public sealed record CalibrateOptions
{
    /// <summary>A folder with published cycle figures; null for those that the build carries, which are <c>Fixtures/published</c>.</summary>
    public string? PublishedFolder { get; init; }

    /// <summary>The file that the next build carries.</summary>
    public string CoefficientsFile { get; init; } = Path.Combine("Fixtures", "timing", "coefficients.json");

    /// <summary>What the fit does not know, beside the coefficients.</summary>
    public string UncertaintyFile => Path.Combine(Path.GetDirectoryName(CoefficientsFile) ?? "", "uncertainty.json");

    /// <summary>The document that shows the table of the fit; null for none.</summary>
    public string? DocumentFile { get; init; } = Path.Combine("docs", "cycles.md");

    /// <summary>Whether the file is left as it is.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether the result is printed for machines.</summary>
    public bool PrintsJson { get; init; }
}
