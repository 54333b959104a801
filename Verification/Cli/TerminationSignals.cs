using System.Runtime.InteropServices;
using TileProof.Verification;

namespace TileProof.Cli;

/// <summary>Turns the first Ctrl-C (or SIGTERM) into a cancellation, so that a run stops between two pieces of work.</summary>
/// <remarks>
/// What has not come to such a place after <see cref="Grace"/>, or gets a second signal, is ended at once. That is safe at any
/// moment: files are renamed into place when they are whole, and the unfinished ones are deleted.
/// </remarks>
public sealed class TerminationSignals : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration interrupt;
    private readonly PosixSignalRegistration terminate;
    private readonly Action<int> endProcess;
    private bool isDisposed;

    /// <summary>Starts to listen.</summary>
    /// <param name="endProcess">Ends the process with an exit code, without unwinding; no file may stay half-written.</param>
    public TerminationSignals(Action<int> endProcess)
    {
        ArgumentNullException.ThrowIfNull(endProcess);
        this.endProcess = endProcess;
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    /// <summary>How long a run has to come to a place where it can stop.</summary>
    public static TimeSpan Grace { get; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>The exit code that the first signal asks for.</summary>
    public int StoppedExitCode { get; private set; } = ExitCode.Cancelled;

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
        lock (gate)
        {
            // A signal may be on its way here while the program ends; it then has its usual effect.
            if (isDisposed)
            {
                return;
            }

            context.Cancel = true;
            if (source.IsCancellationRequested)
            {
                endProcess(StoppedExitCode);
                return;
            }

            StoppedExitCode = context.Signal == PosixSignal.SIGTERM ? ExitCode.Terminated : ExitCode.Cancelled;
        }

        // A thread of its own: those of the pool may all be at work, and the work may be what does not end.
        new Thread(EndAfterGrace) { IsBackground = true, Name = "end of a stopped run" }.Start();
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run has just ended by itself.
        }
    }

    private void EndAfterGrace()
    {
        Thread.Sleep(Grace);
        lock (gate)
        {
            if (!isDisposed)
            {
                endProcess(StoppedExitCode);
            }
        }
    }
}
