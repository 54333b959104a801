namespace TileProof.Verification;

/// <summary>A value that is computed beside other work. Whoever disposes it waits for it, so that no thread is left in a native library when the process ends.</summary>
/// <param name="compute">Computes the value; a failure comes out of <see cref="Value"/>.</param>
internal sealed class BackgroundResult<T>(Func<T> compute) : IDisposable
{
    private readonly Task<T> task = Task.Run(compute);

    /// <summary>The value, waited for.</summary>
    public T Value => task.GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void Dispose() => ((Task)task).ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
}
