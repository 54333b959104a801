namespace TileProof.Verification.Sharding;

/// <summary>Where the results of a run's jobs come from: all are computed here, or one shard's are, or the shards have computed them.</summary>
/// <remarks>A run asks for its jobs in the same order whatever the source is, and names and prices them alike, so that every process knows the same list.</remarks>
internal abstract class JobSource
{
    /// <summary>Computes every job here and writes nothing down.</summary>
    public static JobSource Everything { get; } = new EveryJob();

    /// <summary>Whether the result of every job is there once it is asked for, so that reports can be written.</summary>
    public abstract bool IsWhole { get; }

    /// <summary>Whether the run is cut into parts; results of earlier runs then come from the folders of the shards alone.</summary>
    public abstract bool IsSharded { get; }

    /// <summary>Finds what there is of some jobs, and which are to be computed here.</summary>
    public JobBatch<TItem, TResult> Assign<TItem, TResult>(JobStage<TItem, TResult> stage, IReadOnlyList<TItem> items)
        where TResult : class => new(this, stage, items);

    /// <summary>Notes a job of the run.</summary>
    /// <returns>Whether it is to be computed here.</returns>
    protected internal abstract bool Takes(Job job);

    /// <summary>The result that a shard wrote down; null where nothing was, or is to be, read.</summary>
    protected internal virtual string? Find(Job job) => null;

    /// <summary>Takes a result that was computed here. May be called from several threads.</summary>
    protected internal virtual void Keep(Job job, Func<string> write)
    {
    }

    private sealed class EveryJob : JobSource
    {
        public override bool IsWhole => true;

        public override bool IsSharded => false;

        protected internal override bool Takes(Job job) => true;
    }
}
