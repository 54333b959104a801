using TileProof.Verification.Options;
using TileProof.Verification.Sharding;

namespace TileProof.Verification.Mutation;

/// <summary>What a run with deliberate defects does.</summary>
public sealed record InjectOptions
{
    /// <summary>The bank setting of every layer.</summary>
    public BankSetting Bank { get; init; } = BankSetting.OfEqualBanks(16 * 1024);

    /// <summary>The networks and layers whose convolutions get defects, and how networks are loaded; without either those of the self-test.</summary>
    public VerifyOptions Settings { get; init; } = new() { Networks = [] };

    /// <summary>Defects that run at once; 0 for one per core. Results do not depend on it.</summary>
    public int ThreadCount { get; init; }

    /// <summary>Which part of the run this process does, or which parts it merges; null for all of it.</summary>
    public ShardOptions? Sharding { get; init; }

    /// <summary>The folder that reports are written to.</summary>
    public string OutputFolder { get; init; } = "reports";

    /// <summary>Whether to print JSON instead of lines for people.</summary>
    public bool PrintsJson { get; init; }

    /// <summary>Whether to list the defects and run none.</summary>
    public bool ListOnly { get; init; }
}
