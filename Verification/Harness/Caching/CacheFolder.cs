using System.Text.RegularExpressions;
using TileProof.Golden.Import;
using TileProof.Verification.Files;

namespace TileProof.Verification.Caching;

/// <summary>The folder that belongs to the cache: below the one that the user names, with a file that marks it. Nothing else is ever deleted.</summary>
/// <remarks>
/// Even in it only regular files are deleted that have the name and the first bytes of what this program writes. What others put
/// there, and all that lies in the user's folder, stays.
/// </remarks>
public sealed partial class CacheFolder
{
    /// <summary>The name of the folder.</summary>
    public const string FolderName = "tileproof-results";

    /// <summary>The file that marks the folder.</summary>
    public const string MarkerName = "CACHE_OF_TILEPROOF.txt";

    /// <summary>Results that are kept.</summary>
    public const int LargestFileCount = 64;

    /// <summary>Bytes that are kept, the newest result whatever its size.</summary>
    public const long LargestFolderBytes = 1L << 30;

    private const string Marker = "Results of earlier runs of tileproof. This folder may be deleted as a whole at any time.\n";
    private const int BuildDigits = 12;
    private const string Extension = ".cache";

    private readonly string path;
    private readonly string build;

    private CacheFolder(string path, string build)
    {
        this.path = path;
        this.build = build;
    }

    /// <summary>The first bytes of every result.</summary>
    public static ReadOnlySpan<byte> FirstBytes => "tileproof cache\n"u8;

    /// <summary>Opens the folder of the cache, and makes it where it is missing.</summary>
    /// <param name="parent">The folder that the user names.</param>
    /// <param name="build">Results of other builds are deleted; hexadecimal digits, of which the first 12 count.</param>
    /// <exception cref="UserInputException">The folder cannot be used, or files lie in it that the cache did not put there.</exception>
    public static CacheFolder Open(string parent, string build)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(build);
        string path = Path.Combine(parent, FolderName);
        if (File.Exists(parent) || File.Exists(path))
        {
            throw new UserInputException($"'{(File.Exists(parent) ? parent : path)}' is a file, expected a folder; set TILEPROOF_CACHE to another");
        }

        ReportFolder.Open(path);
        string markerPath = Path.Combine(path, MarkerName);
        if (!IsMarked(markerPath))
        {
            // Another run that began at the same time may have marked it since.
            if (Directory.EnumerateFileSystemEntries(path).Any(static entry => !TemporaryFiles.IsTemporary(entry)) && !IsMarked(markerPath))
            {
                throw new UserInputException($"'{path}' holds files and has no {MarkerName}, so they are not the cache's; empty the folder, or set TILEPROOF_CACHE to another");
            }

            AtomicFile.WriteText(markerPath, Marker);
        }

        return new CacheFolder(path, build[..BuildDigits]);
    }

    /// <summary>The file of a key.</summary>
    public string PathOf(string key) => Path.Combine(path, $"{build}-{key}{Extension}");

    /// <summary>Deletes results of other builds, and the oldest beyond what is kept.</summary>
    public void DeleteOld()
    {
        FileInfo[] files = [.. new DirectoryInfo(path).EnumerateFiles($"*{Extension}").Where(IsResult).OrderByDescending(static file => file.LastWriteTimeUtc)];
        long bytes = 0;
        for (int i = 0; i < files.Length; i++)
        {
            bytes += files[i].Length;
            if (i >= LargestFileCount || (i > 0 && bytes > LargestFolderBytes) || !files[i].Name.StartsWith(build + '-', StringComparison.Ordinal))
            {
                files[i].Delete();
            }
        }
    }

    private static bool IsMarked(string markerPath)
    {
        try
        {
            return InputFile.ReadText(markerPath, Marker.Length) == Marker;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsResult(FileInfo file)
    {
        if (!ResultName().IsMatch(file.Name) || file.LinkTarget is not null)
        {
            return false;
        }

        try
        {
            using FileStream content = InputFile.Open(file.FullName, long.MaxValue);
            Span<byte> first = stackalloc byte[FirstBytes.Length];
            return content.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length && first.SequenceEqual(FirstBytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^[0-9a-f]{12}-.+\.cache$", RegexOptions.CultureInvariant)]
    private static partial Regex ResultName();
}
