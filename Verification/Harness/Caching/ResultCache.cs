using System.Security.Cryptography;
using TileProof.Golden.Import;
using TileProof.Verification.Files;
using TileProof.Verification.Progress;

namespace TileProof.Verification.Caching;

/// <summary>A folder of results under keys of everything that determines them, this build of the program included.</summary>
/// <remarks>
/// A file is a mark, the SHA-256 of its name and content, then the content. One that does not match, for whatever reason, counts
/// as absent and is written again. Which files are deleted, and which never, <see cref="CacheFolder"/> says.
/// </remarks>
public sealed class ResultCache
{
    /// <summary>Larger files are not read, 16 GiB: no run writes one.</summary>
    private const long MaximumFileBytes = 1L << 34;
    private const int ReadBytes = 1 << 16;

    private readonly CacheFolder folder;

    private ResultCache(CacheFolder folder) => this.folder = folder;

    /// <summary>A hash over the assemblies that compute and compare: the same sources and compiler give the same.</summary>
    public static string Build { get; } = ContentHash.Of([.. BuildParts()]);

    /// <summary>Opens a cache, or none where the folder cannot be used: a cache only saves time.</summary>
    /// <param name="folder">Gets the folder of the cache, and is made where it is missing; null for no cache.</param>
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
            return new ResultCache(CacheFolder.Open(folder, Build));
        }
        catch (Exception exception) when (exception is UserInputException or IOException or UnauthorizedAccessException)
        {
            progress.Say($"no cache: {exception.Message}");
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
            using FileStream file = InputFile.Open(folder.PathOf(key), MaximumFileBytes);
            var head = new byte[CacheFolder.FirstBytes.Length + SHA256.HashSizeInBytes];
            file.ReadExactly(head);
            byte[] checksum = WriteContent(Stream.Null, key, content => file.CopyTo(content, ReadBytes));
            if (!head.AsSpan().SequenceEqual([.. CacheFolder.FirstBytes, .. checksum]))
            {
                return null;
            }

            file.Position = head.Length;
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
            AtomicFile.Write(folder.PathOf(key), file =>
            {
                file.Write(CacheFolder.FirstBytes);
                file.Write(new byte[SHA256.HashSizeInBytes]);
                byte[] checksum = WriteContent(file, key, write);
                file.Position = CacheFolder.FirstBytes.Length;
                file.Write(checksum);
            });
            folder.DeleteOld();
            return true;
        }
        catch (Exception exception) when (exception is UserInputException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IEnumerable<object?> BuildParts()
    {
        foreach (string? part in VersionInfo.AssemblyVersions)
        {
            yield return part;
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
}
