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

    /// <summary>The option that asked for it; <c>--dry-run</c> where a shard is named beside it.</summary>
    public string Option => IsDryRun ? "--dry-run" : "--shard";

    /// <summary>Refuses these options where they change nothing.</summary>
    /// <param name="where">Such as <c>with --list</c>.</param>
    internal UserInputException HasNoEffect(string where) => new($"{Option} has no effect {where}; leave it out");

    /// <summary>Refuses an option that says how results are shown, beside options of which no result comes.</summary>
    /// <param name="option">The other option.</param>
    internal UserInputException LeavesWithoutEffect(string option) => new(IsDryRun
        ? $"{option} has no effect with {Option}, which prints a table and runs nothing; leave it out"
        : $"{option} has no effect with {Option}, which writes no report; leave it out, and give it to 'tileproof merge'");
}
