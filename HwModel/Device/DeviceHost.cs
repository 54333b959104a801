using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace TileProof.HwModel.Device;

/// <summary>Memory that is shared with a process of a built program; sessions follow each other in it.</summary>
/// <remarks>
/// The process runs each call in a fork of its own, so that it can serve all calls of a program. It is started anew where another program
/// follows or where it died. The memory stays, so that its pages are made once and not for every call.
/// </remarks>
public sealed class DeviceHost : IDisposable
{
    private const long SmallestBytes = 128L << 20;
    private const int GraceMilliseconds = 5000;

    private MemoryMappedFile? memory;
    private MemoryMappedViewAccessor? view;
    private long memoryBytes;
    private Process? process;
    private DeviceBuild? running;
    private DeviceSession? current;

    /// <inheritdoc/>
    public void Dispose()
    {
        StopProcess();
        ReleaseMemory();
    }

    /// <summary>Gives the memory to a session; the one before has ended.</summary>
    /// <exception cref="IOException">There is no such memory.</exception>
    internal MemoryMappedViewAccessor Begin(DeviceSession session, long lengthBytes)
    {
        current = session;
        if (view is null || memoryBytes < lengthBytes)
        {
            StopProcess();
            ReleaseMemory();
            memoryBytes = Math.Max(lengthBytes, SmallestBytes);
            memory = MemoryMappedFile.CreateNew(null, memoryBytes);
            view = memory.CreateViewAccessor();
        }

        return view;
    }

    /// <exception cref="InvalidOperationException">Another session has begun.</exception>
    internal void RequireCurrent(DeviceSession session)
    {
        if (current != session)
        {
            throw new InvalidOperationException("Another session has begun on this host.");
        }
    }

    /// <summary>Runs what the memory says once.</summary>
    /// <exception cref="IOException">The process cannot be started, died or does not answer.</exception>
    internal void Run(DeviceBuild build)
    {
        if (running != build)
        {
            StopProcess();
        }

        Process child = process ??= Start(build);
        running = build;
        bool isLate = false;
        int answer;
        using (var watchdog = new Timer(
            _ =>
            {
                isLate = true;
                child.Kill(entireProcessTree: true);
            },
            null,
            build.Program.TimeLimitMilliseconds + GraceMilliseconds,
            Timeout.Infinite))
        {
            try
            {
                child.StandardInput.BaseStream.WriteByte((byte)'r');
                child.StandardInput.BaseStream.Flush();
                answer = child.StandardOutput.BaseStream.ReadByte();
            }
            catch (IOException)
            {
                answer = -1;
            }
        }

        if (answer != 'k')
        {
            StopProcess();
            throw new IOException(isLate
                ? $"{build.Program.Name} neither returned nor reached its time limit"
                : $"{build.Program.Name} ended before its entry was called: a constructor of a variable, or a library that is missing");
        }
    }

    /// <summary>The process opens the memory by the descriptor that it has here.</summary>
    private Process Start(DeviceBuild build)
    {
        var start = new ProcessStartInfo(build.Executable) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add($"/proc/{Environment.ProcessId}/fd/{memory!.SafeMemoryMappedFileHandle.DangerousGetHandle()}");
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new IOException($"{build.Program.Name} cannot be started: {exception.Message}", exception);
        }
    }

    private void StopProcess()
    {
        if (process is null)
        {
            return;
        }

        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone.
        }

        if (!process.WaitForExit(GraceMilliseconds))
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
        (process, running) = (null, null);
    }

    private void ReleaseMemory()
    {
        view?.Dispose();
        memory?.Dispose();
        (view, memory, memoryBytes) = (null, null, 0);
    }
}
