using System.Runtime.InteropServices;

namespace TileProof.Cli;

/// <summary>A descriptor of an open file, as the operating system numbers them.</summary>
internal static class Descriptor
{
    /// <summary>Whether a descriptor came from whoever started the process.</summary>
    /// <remarks>
    /// Where it did not, the runtime has opened a pipe or a file of its own under that number by now, which nobody may write to. Those
    /// are closed when another program starts; what came over such a start is not.
    /// </remarks>
    public static bool IsGiven(int descriptor)
    {
        const int GetFlags = 1;
        const int ClosedAtStart = 1;
        return OperatingSystem.IsWindows() || (FileControl(descriptor, GetFlags) is >= 0 and int flags && (flags & ClosedAtStart) == 0);
    }

    [DllImport("libc", EntryPoint = "fcntl")]
    private static extern int FileControl(int descriptor, int command);
}
