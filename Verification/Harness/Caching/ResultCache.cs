using System.Security.Cryptography;
using System.Text.RegularExpressions;
using TileProof.Golden.Files;

namespace TileProof.Verification.Caching;

/// <summary>A folder of results under keys of everything that determines them, this build of the program included.</summary>
/// <remarks>
/// A file is the SHA-256 of its name and content, then the content. One that does not match, for whatever reason, counts as
/// absent and is written again. The cache owns a folder inside the one that it is given, with a marker file in it: only there are
/// files of other builds, and the oldest beyond <see cref="LargestFileCount"/> or <see cref="LargestFolderBytes"/>, deleted.
/// </remarks>
public sealed partial class ResultCache
{
    /// <summary>Files that are kept.</summary>
    public const int LargestFileCount = 64;

    /// <summary>Bytes that are kept, the newest file whatever its size.</summary>
    public const long LargestFolderBytes = 1L << 30;

    /// <summary>The cache's own folder inside the one that it is given.</summary>
    public const string FolderName = "tileproof-results";

    /// <summary>The file that says whose the folder is.</summary>
    public const string MarkerName = "THIS-FOLDER-IS-A-CACHE.txt";

    private const string Marker = "Results that TileProof keeps from run to run. It deletes old ones itself; the whole folder may be deleted at any time.\n";
    private const string Extension = ".cache";
    private const int BuildDigits = 12;
    private const int ReadBytes = 1 << 16;

    private readonly string folder;

    private ResultCache(string folder) => this.folder = folder;

    /// <summary>A hash over the assemblies that compute and compare: the same sources and compiler give the same.</summary>
    public static string Build { get; } = ContentHash.Of([.. BuildParts()])[..BuildDigits];

    /// <summary>Opens a cache, or none where the folder cannot be used: a cache only saves time.</summary>
    /// <param name="folder">Made where it is missing; null for no cache.</param>
    /// <param name="progress">Told when there is no cache because of a problem.</param>
    public static ResultCache? Open(string? folder, IProgressReporter progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (folder is null)
        {
            return null;
        }

        try
        {
            string own = Path.Combine(folder, FolderName);
            if (Directory.Exists(own) && !File.Exists(Path.Combine(own, MarkerName)) && Directory.EnumerateFileSystemEntries(own).Any())
            {
                progress.Say($"no cache: '{own}' holds files and no {MarkerName}, so it is left alone; name another folder in TILEPROOF_CACHE");
                return null;
            }

            ReportFolder.Open(own).WriteText(MarkerName, Marker);
            return new ResultCache(own);
        }
        catch (UserInputException exception)
        {
            progress.Say($"no cache: {exception.Message}");
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            progress.Say($"no cache: '{folder}': {FileProblem.Describe(exception)}");
            return null;
        }
    }

    /// <summary>The content under a key; null when there is none or it is damaged.</summary>
    public byte[]? Find(string key) => Find<byte[]>(key, static content =>
    {
        var bytes = new byte[content.Length - content.Position];
        content.ReadExactly(bytes);
        return bytes;
    });

    /// <summary>What is read from the content under a key; null when there is none or it is damaged.</summary>
    /// <param name="key">The key.</param>
    /// <param name="read">Given a stream that stands at the first byte of content whose checksum is right, to the end of the stream.</param>
    /// <remarks>The file is read twice instead of held in memory: the checksum is known before anything is made of the content.</remarks>
    public T? Find<T>(string key, Func<Stream, T> read)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            RegularFile.RequireRegular(PathOf(key));
            using var file = new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read, ReadBytes);
            var stored = new byte[SHA256.HashSizeInBytes];
            if (file.ReadAtLeast(stored, stored.Length, throwOnEndOfStream: false) < stored.Length)
            {
                return null;
            }

            if (!WriteContent(Stream.Null, key, content => file.CopyTo(content, ReadBytes)).AsSpan().SequenceEqual(stored))
            {
                return null;
            }

            file.Position = stored.Length;
            return read(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Stores content under a key, whole or not at all.</summary>
    /// <returns>Whether it was stored.</returns>
    public bool TryStore(string key, byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return TryStore(key, stream => stream.Write(content));
    }

    /// <summary>Stores what is written, whole or not at all.</summary>
    /// <param name="key">The key.</param>
    /// <param name="write">Writes the content.</param>
    /// <returns>Whether it was stored.</returns>
    public bool TryStore(string key, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            AtomicFile.Write(PathOf(key), file =>
            {
                file.Write(new byte[SHA256.HashSizeInBytes]);
                byte[] checksum = WriteContent(file, key, write);
                file.Position = 0;
                file.Write(checksum);
            });
            DeleteOld();
            return true;
        }
        catch (Exception exception) when (exception is UserInputException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IEnumerable<object?> BuildParts()
    {
        foreach (Type type in (Type[])
            [
                typeof(ResultCache), typeof(Operators.Network), typeof(HwModel.Machine.DspMachine), typeof(Golden.Scalar.ScalarOracle), typeof(Kernels.DataParallelEngine),
            ])
        {
            yield return type.Assembly.GetName().Name;
            yield return type.Module.ModuleVersionId.ToString();
        }

        // The runtime and the processor's vectors decide which form of an algorithm runs.
        yield return Environment.Version.ToString();
        yield return System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
        yield return Benchmarks.BenchTable.VectorWidth;
        yield return System.Runtime.Intrinsics.X86.Avx512Vbmi.IsSupported;
    }

    /// <summary>Writes content to a stream.</summary>
    /// <returns>The checksum of key and content.</returns>
    private static byte[] WriteContent(Stream output, string key, Action<Stream> write)
    {
        using var sha = SHA256.Create();
        byte[] name = System.Text.Encoding.UTF8.GetBytes($"{Build} {key}\n");
        sha.TransformBlock(name, 0, name.Length, null, 0);
        using (var content = new CryptoStream(output, sha, CryptoStreamMode.Write, leaveOpen: true))
        {
            write(content);
        }

        return sha.Hash!;
    }

    private string PathOf(string key) => Path.Combine(folder, $"{Build}-{key}{Extension}");

    [GeneratedRegex(@"^[0-9a-f]{12}-[a-z0-9-]+\.cache$", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName { get; }

    private void DeleteOld()
    {
        FileInfo[] files = [.. new DirectoryInfo(folder).EnumerateFiles($"*{Extension}").Where(static file => OwnName.IsMatch(file.Name)).OrderByDescending(static file => file.LastWriteTimeUtc)];
        long bytes = 0;
        for (int i = 0; i < files.Length; i++)
        {
            bytes += files[i].Length;
            if (i >= LargestFileCount || (i > 0 && bytes > LargestFolderBytes) || !files[i].Name.StartsWith(Build, StringComparison.Ordinal))
            {
                files[i].Delete();
            }
        }
    }
}
