namespace TileProof.Kernels.Host;

/// <summary>Splits work items into chunks of a fixed length and runs them on a number of threads.</summary>
/// <remarks>Work items are independent, so the result depends neither on the chunks nor on the threads.</remarks>
internal sealed class WorkRange(int threadCount)
{
    private readonly ParallelOptions options = new() { MaxDegreeOfParallelism = threadCount };

    public int ThreadCount => threadCount;

    /// <summary>Calls <paramref name="body"/> with half-open ranges that cover 0..<paramref name="itemCount"/>.</summary>
    public void For(int itemCount, int chunkLength, Action<int, int> body)
    {
        int chunkCount = (itemCount + chunkLength - 1) / chunkLength;
        if (threadCount == 1 || chunkCount == 1)
        {
            body(0, itemCount);
            return;
        }

        Parallel.For(0, chunkCount, options, chunk =>
        {
            int begin = chunk * chunkLength;
            body(begin, Math.Min(begin + chunkLength, itemCount));
        });
    }
}
