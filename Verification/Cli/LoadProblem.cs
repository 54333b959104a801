using System.Runtime.InteropServices;
using System.Text;

namespace TileProof.Cli;

/// <summary>A part of the program or of the runtime that cannot be loaded: a file is missing, or no more files may be open.</summary>
/// <remarks>Needs no other part itself, so that any may be the missing one.</remarks>
internal static class LoadProblem
{
    /// <summary>Bad input, as everything that the user can mend.</summary>
    public const int ExitCode = 2;

    private const int ErrorDescriptor = 2;

    /// <summary>The error number of a process that has as many files open as it may (EMFILE), which .NET gives as the result code.</summary>
    private const int TooManyOpenFiles = 24;

    /// <summary>Whether a failure is of this kind. Files that the program reads are no parts of it.</summary>
    public static bool Is(Exception failure) => CauseOf(failure) is FileLoadException or BadImageFormatException or DllNotFoundException or TypeLoadException
            or IOException { HResult: TooManyOpenFiles }
        || (CauseOf(failure) is FileNotFoundException { FileName: { } name } && name.Contains("Version=", StringComparison.Ordinal));

    /// <summary>Says what is missing and what to do, in one line.</summary>
    public static void Report(Exception failure)
    {
        string part = CauseOf(failure) switch
        {
            FileNotFoundException { FileName: { } name } => name.Split(',')[0],
            FileLoadException { FileName: { } name } => name.Split(',')[0],
            var cause => cause.Message.ReplaceLineEndings(" "),
        };
        byte[] line = Encoding.UTF8.GetBytes($"tileproof: cannot load a part of the program ({part}); is it whole, and the limit of open files ('ulimit -n') 256 or more?\n");
        if (OperatingSystem.IsWindows())
        {
            StandardStreams.Error.Write(Encoding.UTF8.GetString(line));
        }
        else if (Descriptor.IsGiven(ErrorDescriptor))
        {
            WriteBytes(ErrorDescriptor, line, line.Length);
        }
    }

    /// <summary>The first failure of several threads, or of the start of a type.</summary>
    public static Exception CauseOf(Exception failure) => failure switch
    {
        AggregateException { InnerException: { } first } => CauseOf(first),
        TypeInitializationException { InnerException: { } inner } => CauseOf(inner),
        _ => failure,
    };

    [DllImport("libc", EntryPoint = "write")]
    private static extern nint WriteBytes(int descriptor, byte[] bytes, nint count);
}
