using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace TileProof.Golden.Files;

/// <summary>Opens files that a user named: regular files of a stated size only, so that no pipe is waited for and no device is read without end.</summary>
public static class RegularFile
{
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;
    private const int FolderType = 0x4000;

    /// <summary>Opens a file for reading; a symbolic link to a regular file is one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="largestBytes">The most bytes that it may have.</param>
    /// <exception cref="IOException">It is a folder, a pipe or a device, it has more bytes, or it cannot be read; the message says which in a few words.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read it.</exception>
    public static FileStream OpenRead(string path, long largestBytes)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0)
        {
            throw new IOException("its name is empty");
        }

        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new IOException("its name holds a zero byte");
        }

        RequireRegular(path);
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.Length <= largestBytes)
        {
            return stream;
        }

        long length = stream.Length;
        stream.Dispose();
        throw new IOException(string.Create(CultureInfo.InvariantCulture, $"it has {length} bytes, expected at most {largestBytes}"));
    }

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="IOException">See <see cref="OpenRead"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read it.</exception>
    public static byte[] ReadAllBytes(string path, long largestBytes)
    {
        using FileStream stream = OpenRead(path, largestBytes);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The text of a file in UTF-8.</summary>
    /// <exception cref="IOException">See <see cref="OpenRead"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read it.</exception>
    public static string ReadAllText(string path, long largestBytes)
    {
        using var reader = new StreamReader(OpenRead(path, largestBytes), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Refuses what is there and is no regular file; a path where nothing is passes.</summary>
    /// <exception cref="IOException">It is a folder, a pipe, a device or a socket.</exception>
    public static void RequireRegular(string path)
    {
        if (TypeOf(path) is { } type && type != RegularType)
        {
            throw new IOException(type == FolderType ? "it is a folder" : "it is not a regular file (a pipe, a device or a socket)");
        }
    }

    /// <summary>The type bits of what a path leads to; null where nothing is or nobody may look.</summary>
    private static int? TypeOf(string path) => Stat(path, out FileStatus status) == 0 ? status.Mode & TypeMask : null;

    /// <summary>The runtime's own portable form of stat(2): .NET has no public way to tell a pipe from a file without opening it.</summary>
    [DllImport("libSystem.Native", EntryPoint = "SystemNative_Stat", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int Stat([MarshalAs(UnmanagedType.LPUTF8Str)] string path, out FileStatus status);

    /// <summary>The head of the runtime's structure; the rest is room that the call may write to.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private struct FileStatus
    {
        public int Flags;
        public int Mode;
    }
}
