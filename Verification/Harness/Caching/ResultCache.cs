using System.Security.Cryptography;

namespace TileProof.Verification.Caching;

/// <summary>A folder of results under keys of everything that determines them, this build of the program included.</summary>
/// <remarks>
/// A file is the SHA-256 of its name and content, then the content. One that does not match, for whatever reason, counts as
/// absent and is written again. Files of other builds, and the oldest beyond <see cref="LargestFileCount"/>, are deleted.
/// </remarks>
public sealed class ResultCache
{
    /// <summary>Files that are kept.</summary>
    public const int LargestFileCount = 64;

    private const string Extension = ".cache";
    private const int BuildDigits = 12;

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
            ReportFolder.Open(folder);
            return new ResultCache(folder);
        }
        catch (UserInputException exception)
        {
            progress.Say($"no cache: {exception.Message}");
            return null;
        }
    }

    /// <summary>The content under a key; null when there is none or it is damaged.</summary>
    public byte[]? Find(string key)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(PathOf(key));
            if (bytes.Length < SHA256.HashSizeInBytes)
            {
                return null;
            }

            byte[] content = bytes[SHA256.HashSizeInBytes..];
            return Checksum(key, content).AsSpan().SequenceEqual(bytes.AsSpan(0, SHA256.HashSizeInBytes)) ? content : null;
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
        try
        {
            byte[] checksum = Checksum(key, content);
            AtomicFile.Write(PathOf(key), stream =>
            {
                stream.Write(checksum);
                stream.Write(content);
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
    }

    private static byte[] Checksum(string key, byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{Build} {key}\n"));
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    private string PathOf(string key) => Path.Combine(folder, $"{Build}-{key}{Extension}");

    private void DeleteOld()
    {
        FileInfo[] files = [.. new DirectoryInfo(folder).EnumerateFiles($"*{Extension}").OrderByDescending(static file => file.LastWriteTimeUtc)];
        for (int i = 0; i < files.Length; i++)
        {
            if (i >= LargestFileCount || !files[i].Name.StartsWith(Build, StringComparison.Ordinal))
            {
                files[i].Delete();
            }
        }
    }
}
