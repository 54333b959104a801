namespace TileProof.Verification;

/// <summary>A value that is computed beside other work. Whoever disposes it waits for it, so that no thread is left in a native library when the process ends.</summary>
internal sealed class BackgroundResult<T> : IDisposable
{
    private readonly CancellationTokenSource abandoned;
    private readonly Task<T> task;

    /// <summary>Starts to compute.</summary>
    /// <param name="compute">Computes the value, and stops where its token says that nobody wants it any more; a failure comes out of <see cref="Value"/>.</param>
    /// <param name="cancellation">Stops the computation.</param>
    public BackgroundResult(Func<CancellationToken, T> compute, CancellationToken cancellation)
    {
        abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        CancellationToken token = abandoned.Token;
        task = Task.Run(() => compute(token), CancellationToken.None);
    }

    /// <summary>The value, waited for.</summary>
    public T Value => task.GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void Dispose()
    {
        abandoned.Cancel();
        ((Task)task).ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        abandoned.Dispose();
    }
}
