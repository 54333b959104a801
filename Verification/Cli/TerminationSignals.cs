using System.Runtime.InteropServices;

namespace TileProof.Cli;

/// <summary>Turns the first Ctrl-C (or SIGTERM) into a cancellation, so that the run stops cleanly; the second one ends the process.</summary>
public sealed class TerminationSignals : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration interrupt;
    private readonly PosixSignalRegistration terminate;
    private bool isDisposed;

    /// <summary>Starts to listen.</summary>
    public TerminationSignals()
    {
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        interrupt.Dispose();
        terminate.Dispose();
        lock (gate)
        {
            isDisposed = true;
            source.Dispose();
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        // A signal may be on its way here while the program ends; it then has its usual effect.
        lock (gate)
        {
            if (!isDisposed && !source.IsCancellationRequested)
            {
                context.Cancel = true;
                source.Cancel();
            }
        }
    }
}
