using System.Formats.Tar;
using System.Globalization;
using System.Text;

namespace TileProof.Golden.Import;

/// <summary>Opens files that a user names: regular files, or symbolic links to them, that are not empty and not above a size.</summary>
/// <remarks>
/// Everything else is refused before it is opened, since opening a pipe may wait for ever and reading a device may never end.
/// Messages are short and name no path, so that callers put path and place before them.
/// </remarks>
public static class InputFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Opens a file at its first byte.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumBytes">Larger files are refused.</param>
    /// <exception cref="IOException">The file is missing, empty, larger, no regular file, or the path is none.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static FileStream Open(string path, long maximumBytes)
    {
        string target = TargetOf(path);
        if (Directory.Exists(target))
        {
            throw new IOException("it is a folder, expected a file");
        }

        if (new FileInfo(target).Length == 0)
        {
            throw new IOException(FormOf(target) == FileForm.Regular ? "it is empty" : "it is a pipe or a device, expected a regular file");
        }

        var stream = new FileStream(target, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.Length <= maximumBytes)
        {
            return stream;
        }

        string problem = string.Create(CultureInfo.InvariantCulture, $"it has {stream.Length} bytes, expected at most {maximumBytes}");
        stream.Dispose();
        throw new IOException(problem);
    }

    /// <summary>The bytes of a file; see <see cref="Open"/>.</summary>
    /// <exception cref="IOException">See <see cref="Open"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">See <see cref="Open"/>.</exception>
    public static byte[] ReadBytes(string path, long maximumBytes)
    {
        using FileStream stream = Open(path, Math.Min(maximumBytes, Array.MaxLength));
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The text of a UTF-8 file, without a byte order mark; see <see cref="Open"/>.</summary>
    /// <exception cref="IOException">See <see cref="Open"/>; or the bytes are no UTF-8.</exception>
    /// <exception cref="UnauthorizedAccessException">See <see cref="Open"/>.</exception>
    public static string ReadText(string path, int maximumBytes)
    {
        ReadOnlySpan<byte> bytes = ReadBytes(path, maximumBytes);
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new IOException("it is no UTF-8 text", exception);
        }
    }

    /// <summary>What stands under a path, which exists and is no symbolic link. Nothing but a regular file is opened.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">A regular file may not be read.</exception>
    public static FileForm FormOf(string path)
    {
        // Only regular files state a length; what else there is, the writer of archives can tell, whose format holds it.
        if (new FileInfo(path).Length > 0)
        {
            return FileForm.Regular;
        }

        using var archive = new MemoryStream();
        try
        {
            using var writer = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true);
            writer.WriteEntry(path, "file");
        }
        catch (IOException)
        {
            return FileForm.Other;
        }

        archive.Position = 0;
        using var reader = new TarReader(archive);
        return reader.GetNextEntry()?.EntryType switch
        {
            TarEntryType.RegularFile => FileForm.Regular,
            TarEntryType.CharacterDevice => FileForm.CharacterDevice,
            _ => FileForm.Other,
        };
    }

    private static string TargetOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new IOException("its name is empty or has a character that no name may have");
        }

        return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
    }
}
