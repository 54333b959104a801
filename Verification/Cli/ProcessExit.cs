using System.Runtime.InteropServices;
using TileProof.Verification.Files;

namespace TileProof.Cli;

/// <summary>Ends this process at once, whatever its threads are doing.</summary>
internal static class ProcessExit
{
    private const string ShowCursor = "\e[?25h";

    /// <summary>Ends the process without running exit handlers: a native library that another thread is just using would crash in them.</summary>
    /// <remarks>What was written to the console has left the process by then, since its streams keep nothing back.</remarks>
    public static void Now(int exitCode)
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(exitCode);
        }

        ExitWithoutHandlers(exitCode);
    }

    /// <summary>Ends a run that was stopped and did not come to a place where it could end by itself.</summary>
    public static void Stopped(int exitCode)
    {
        if (StandardStreams.IsErrorTerminal)
        {
            StandardStreams.Error.Write(ShowCursor);
        }

        StandardStreams.Error.WriteLastLine(Failure.StoppedLine);
        AtomicFile.DeleteUnfinished(() => Now(exitCode));
    }

    [DllImport("libc", EntryPoint = "_exit")]
    private static extern void ExitWithoutHandlers(int exitCode);
}
