using TileProof.Verification.Options;

namespace TileProof.Verification.Benchmarks;

/// <summary>What a benchmark measures.</summary>
public sealed record BenchOptions
{
    /// <summary>Whole networks: name and image extent.</summary>
    public IReadOnlyList<(string Network, int ImageExtent)> Networks { get; init; } = [("resnet18", 64), ("resnet50", 64), ("resnet18", 224), ("resnet50", 224)];

    /// <summary>The network whose time is measured over image sizes.</summary>
    public string ScalingNetwork { get; init; } = "resnet18";

    /// <summary>The image sizes.</summary>
    public IReadOnlyList<int> ScalingExtents { get; init; } = [64, 128, 192, 256, 320, 384, 448];

    /// <summary>The bank setting of every simulated DSP.</summary>
    public BankSetting Bank { get; init; } = BankSetting.All.First(static bank => bank.Label == "61k");

    /// <summary>How long the runs of one network take turns.</summary>
    public TimeSpan TimePerNetwork { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Whether the default conformance matrix is run, too.</summary>
    public bool WithMatrix { get; init; } = true;

    /// <summary>How this program is started, to run the default matrix in processes of its own; empty to leave those runs out.</summary>
    public IReadOnlyList<string> Program { get; init; } = [];

    /// <summary>A user's own C programs, which are timed with and without the checks of their accesses in place of everything else; null for none.</summary>
    public string? ProgramsFile { get; init; }

    /// <summary>Whether the result is printed for machines.</summary>
    public bool PrintsJson { get; init; }

    /// <summary>Where compiled programs are kept; null for a folder that is deleted.</summary>
    public string? CacheFolder { get; init; }
}
