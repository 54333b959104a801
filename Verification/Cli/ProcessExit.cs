using System.Runtime.InteropServices;

namespace TileProof.Cli;

/// <summary>Ends this process at once, whatever its threads are doing.</summary>
internal static class ProcessExit
{
    /// <summary>Ends the process without running exit handlers: a native library that another thread is just using would crash in them.</summary>
    public static void Now(int exitCode)
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(exitCode);
        }

        ExitWithoutHandlers(exitCode);
    }

    /// <summary>Ends the process after what was written to the console has left it.</summary>
    public static void AfterFlush(int exitCode)
    {
        Try(Console.Out.Flush);
        Try(Console.Error.Flush);
        Now(exitCode);
    }

    /// <summary>Writes a line to the error stream where there is one.</summary>
    public static void Say(string line) => Try(() => Console.Error.WriteLine(line.ReplaceLineEndings(" ")));

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The stream is closed; there is nobody to tell.
        }
    }

    [DllImport("libc", EntryPoint = "_exit")]
    private static extern void ExitWithoutHandlers(int exitCode);
}
