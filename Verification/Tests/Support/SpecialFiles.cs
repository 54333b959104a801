using System.Formats.Tar;

namespace TileProof.Tests.Support;

/// <summary>Things under a path that are no regular files.</summary>
internal static class SpecialFiles
{
    /// <summary>A device that reads as nothing and takes everything.</summary>
    public const string NullDevice = "/dev/null";

    /// <summary>A named pipe. Hold <see cref="OpenPipe"/> meanwhile, so that a mistaken open does not wait for ever.</summary>
    public static void MakePipe(string path) => new UstarTarEntry(TarEntryType.Fifo, "pipe").ExtractToFile(path, overwrite: false);

    /// <summary>Both ends of a pipe.</summary>
    public static FileStream OpenPipe(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

    /// <summary>Skips a test where the system has no such files.</summary>
    public static void SkipOnWindows() => Skip.If(OperatingSystem.IsWindows(), "needs pipes, devices and symbolic links as Unix has them");
}
