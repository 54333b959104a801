using System.Runtime.ExceptionServices;

namespace TileProof.Verification;

/// <summary>Runs independent pieces of work on all cores.</summary>
internal static class Workers
{
    /// <summary>Calls <paramref name="work"/> once for every index below <paramref name="count"/>; the dearest work begins first, so that all cores are busy to the end.</summary>
    /// <remarks>A failure comes out as itself, not wrapped, so that its one line reaches the user.</remarks>
    /// <param name="count">Pieces of work.</param>
    /// <param name="costOf">What a piece costs, in any unit; equal costs begin in the order of their index.</param>
    /// <param name="work">Does a piece. It keeps its result under its index, so that order and thread count cannot show.</param>
    /// <param name="cancellation">Stops the run between pieces.</param>
    /// <param name="threadCount">The most pieces at once; 0 for one per core.</param>
    /// <exception cref="OperationCanceledException">The user stopped the run.</exception>
    public static void ForEach(int count, Func<int, long> costOf, Action<int> work, CancellationToken cancellation, int threadCount = 0)
    {
        int[] order = [.. Enumerable.Range(0, count).OrderByDescending(costOf)];
        int next = -1;
        int threads = Math.Min(threadCount == 0 ? Environment.ProcessorCount : threadCount, count);
        try
        {
            Parallel.For(0, threads, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Math.Max(threads, 1) }, (_, state) =>
            {
                for (int i = Interlocked.Increment(ref next); i < order.Length && !state.IsExceptional; i = Interlocked.Increment(ref next))
                {
                    cancellation.ThrowIfCancellationRequested();
                    work(order[i]);
                }
            });
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
