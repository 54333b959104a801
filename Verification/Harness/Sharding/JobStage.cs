namespace TileProof.Verification.Sharding;

/// <summary>A kind of job: how its items are named and priced, and how a result is written down and read back.</summary>
/// <typeparam name="TItem">What a job is made of.</typeparam>
/// <typeparam name="TResult">What comes of it.</typeparam>
internal sealed record JobStage<TItem, TResult>
    where TResult : class
{
    /// <summary>The job of an item: its key is another for every item of the run.</summary>
    public required Func<TItem, Job> JobOf { get; init; }

    /// <summary>One line of text that says all of a result.</summary>
    public required Func<TResult, string> Write { get; init; }

    /// <summary>The result of an item from its line.</summary>
    public required Func<TItem, string, TResult> Read { get; init; }
}
