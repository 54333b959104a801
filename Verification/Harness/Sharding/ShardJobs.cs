namespace TileProof.Verification.Sharding;

/// <summary>The jobs of one shard: those without a result in its folder are computed, and every result goes there at once.</summary>
internal sealed class ShardJobs : JobSource
{
    private readonly HashSet<string> own;
    private readonly ResultJournal results;
    private int computed;

    /// <summary>Takes the jobs of a shard.</summary>
    /// <param name="jobs">All jobs of the run.</param>
    /// <param name="shard">Which shard.</param>
    /// <param name="results">Its results so far.</param>
    public ShardJobs(IReadOnlyList<Job> jobs, Shard shard, ResultJournal results)
    {
        var split = new ShardSplit(jobs, shard.Count);
        own = [.. Enumerable.Range(0, jobs.Count).Where(index => split.OwnerOf(index) == shard.Number).Select(index => jobs[index].Key)];
        this.results = results;
    }

    /// <inheritdoc/>
    public override bool IsWhole => false;

    /// <inheritdoc/>
    public override bool IsSharded => true;

    /// <summary>Jobs of the shard.</summary>
    public int OwnCount => own.Count;

    /// <summary>Jobs of the shard whose results are there.</summary>
    public int DoneCount => own.Count(results.Contains);

    /// <summary>Jobs that this process computed.</summary>
    public int ComputedCount => computed;

    /// <inheritdoc/>
    protected internal override bool Takes(Job job) => own.Contains(job.Key) && !results.Contains(job.Key);

    /// <inheritdoc/>
    protected internal override void Keep(Job job, Func<string> write)
    {
        results.Append(job.Key, write());
        Interlocked.Increment(ref computed);
    }
}
