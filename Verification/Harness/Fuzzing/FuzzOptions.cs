using TileProof.Verification.Sharding;

namespace TileProof.Verification.Fuzzing;

/// <summary>What a fuzz campaign does.</summary>
public sealed record FuzzOptions
{
    /// <summary>Decides every case, 0 or more.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The index of the first case, 0 or more.</summary>
    public int From { get; init; }

    /// <summary>Indices of the campaign, counted from <see cref="From"/>; null for no end.</summary>
    public int? Cases { get; init; }

    /// <summary>Minutes after which the run stops; null for no limit. What it has done is kept, and the next run goes on.</summary>
    public int? Minutes { get; init; }

    /// <summary>The part of the campaign that this run does: every so many-th case (see <see cref="Sharding.Shard.Takes"/>).</summary>
    public Shard Shard { get; init; } = Shard.Of(1, 1);

    /// <summary>Programs in C that cases are also run with, at most one a library.</summary>
    public IReadOnlyList<FuzzProgram> Programs { get; init; } = [];

    /// <summary>Where compiled programs are kept; null to keep none.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Cases at once; 0 for one per core.</summary>
    public int ThreadCount { get; init; }

    /// <summary>The folder of journal, reports and failures.</summary>
    public string OutputFolder { get; init; } = "reports";

    /// <summary>Whether to print JSON instead of lines for people.</summary>
    public bool PrintsJson { get; init; }
}
