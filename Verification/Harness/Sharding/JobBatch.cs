using TileProof.Verification.Progress;

namespace TileProof.Verification.Sharding;

/// <summary>Jobs of one kind, with the results that are there.</summary>
internal sealed class JobBatch<TItem, TResult>
    where TResult : class
{
    private readonly JobSource source;
    private readonly JobStage<TItem, TResult> stage;
    private readonly Job[] jobs;
    private readonly TResult?[] results;

    /// <summary>Asks the source for every item.</summary>
    public JobBatch(JobSource source, JobStage<TItem, TResult> stage, IReadOnlyList<TItem> items)
    {
        this.source = source;
        this.stage = stage;
        Items = items;
        jobs = [.. items.Select(stage.JobOf)];
        results = new TResult?[jobs.Length];
        Missing = [.. Enumerable.Range(0, jobs.Length).Where(index => source.Takes(jobs[index]))];
    }

    /// <summary>All items.</summary>
    public IReadOnlyList<TItem> Items { get; }

    /// <summary>The indexes of the items that are to be computed here.</summary>
    public IReadOnlyList<int> Missing { get; }

    /// <summary>A result an item; null for those that are only written down, as all of a shard's are: what was computed need not fit into memory.</summary>
    public IReadOnlyList<TResult?> Results
    {
        get
        {
            for (int index = 0; index < results.Length; index++)
            {
                results[index] ??= Find(index);
            }

            return results;
        }
    }

    /// <summary>The result of one item, which is not held; null where it is not here.</summary>
    public TResult? Find(int index) => results[index] ?? (source.Find(jobs[index]) is { } text ? stage.Read(Items[index], text) : null);

    /// <summary>What an item is predicted to take.</summary>
    public long CostOf(int index) => jobs[index].Cost;

    /// <summary>Takes the result of a missing item. May be called from several threads, for an item each.</summary>
    public void Keep(int index, TResult result)
    {
        if (source.IsWhole)
        {
            results[index] = result;
        }

        source.Keep(jobs[index], () => stage.Write(result));
    }

    /// <summary>Computes what is missing, the dearest first.</summary>
    /// <param name="what">What is said of it while it runs.</param>
    /// <param name="run">Computes one item.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="threadCount">The most items at once; 0 for one per core.</param>
    /// <param name="cancellation">Stops between items.</param>
    /// <returns><see cref="Results"/>.</returns>
    public IReadOnlyList<TResult?> Run(string what, Func<TItem, TResult> run, IProgressReporter progress, int threadCount, CancellationToken cancellation)
    {
        if (Missing.Count == 0)
        {
            return Results;
        }

        using IProgressActivity activity = progress.Begin(what, Missing.Count);
        Workers.ForEach(
            Missing.Count,
            number => CostOf(Missing[number]),
            number =>
            {
                Keep(Missing[number], run(Items[Missing[number]]));
                activity.Advance();
            },
            cancellation,
            threadCount);
        return Results;
    }
}
