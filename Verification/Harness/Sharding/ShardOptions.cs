namespace TileProof.Verification.Sharding;

/// <summary>That a command runs one shard, prints how it would be cut, or merges what shards have run.</summary>
public sealed record ShardOptions
{
    /// <summary>The command and its arguments, in a fixed order, without those that say which shard, where to write and how many threads.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Which shard to run; null to merge, or to print a cut only.</summary>
    public Shard? Shard { get; init; }

    /// <summary>Whether the cut is printed and nothing is run.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>The shards to merge; null to run one.</summary>
    public ShardSet? Merged { get; init; }
}
