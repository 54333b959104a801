using Xunit.Abstractions;

namespace TileProof.MutationTesting.Running;

/// <summary>Hands messages of the test framework on until the last one.</summary>
/// <param name="handle">Takes a message, and says whether to go on.</param>
internal sealed class MessageSink(Func<IMessageSinkMessage, bool> handle) : IMessageSink, IDisposable
{
    private readonly ManualResetEventSlim finished = new();

    /// <inheritdoc/>
    public bool OnMessage(IMessageSinkMessage message)
    {
        bool goesOn = handle(message);
        if (message is IDiscoveryCompleteMessage or ITestAssemblyFinished)
        {
            finished.Set();
        }

        return goesOn;
    }

    /// <summary>Waits for the last message.</summary>
    public void WaitForEnd() => finished.Wait();

    /// <inheritdoc/>
    public void Dispose() => finished.Dispose();
}
