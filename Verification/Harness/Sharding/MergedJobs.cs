namespace TileProof.Verification.Sharding;

/// <summary>Jobs that shards have computed: nothing is computed again.</summary>
internal sealed class MergedJobs(IReadOnlyDictionary<string, string> results) : JobSource
{
    /// <inheritdoc/>
    public override bool IsWhole => true;

    /// <inheritdoc/>
    public override bool IsSharded => true;

    /// <inheritdoc/>
    protected internal override bool Takes(Job job) => false;

    /// <inheritdoc/>
    protected internal override string? Find(Job job) => results.TryGetValue(job.Key, out string? text)
        ? text
        : throw new UserInputException($"no shard has the result of '{job.Key}': a file of results was cut off or changed; run the shards' command again, each goes on from what is there");
}
