using System.Runtime.ExceptionServices;

namespace TileProof.Verification;

/// <summary>Runs independent pieces of work on all cores.</summary>
internal static class Workers
{
    /// <summary>Calls <paramref name="work"/> once for every index below <paramref name="count"/>, in any order.</summary>
    /// <remarks>A failure comes out as itself, not wrapped, so that its one line reaches the user.</remarks>
    /// <exception cref="OperationCanceledException">The user stopped the run.</exception>
    public static void ForEach(int count, Action<int> work, CancellationToken cancellation)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, work);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
