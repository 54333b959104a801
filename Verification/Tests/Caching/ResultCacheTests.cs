using TileProof.Kernels;
using TileProof.Kernels.Devices;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Caching;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Tests.Caching;

public sealed class ResultCacheTests
{
    private static readonly byte[] Content = [1, 2, 3];

    [Fact]
    public void Find_Stored_GivesTheContent()
    {
        using var folder = new TemporaryFolder();
        ResultCache cache = Open(folder);
        Assert.Null(cache.Find("key"));
        Assert.True(cache.TryStore("key", Content));
        Assert.Equal(Content, Open(folder).Find("key"));
        Assert.Null(cache.Find("other"));
    }

    /// <summary>Every byte of the file: mark, checksum, content.</summary>
    [Fact]
    public void Find_AnyByteWrong_IsAbsentUntilStoredAgain()
    {
        using var folder = new TemporaryFolder();
        ResultCache cache = Open(folder);
        cache.TryStore("key", Content);
        string path = Files(folder).Keys.Single();
        byte[] bytes = File.ReadAllBytes(path);
        Assert.Equal(CacheFolder.FirstBytes.Length + 32 + Content.Length, bytes.Length);
        for (int position = 0; position < bytes.Length; position++)
        {
            byte[] damaged = [.. bytes];
            damaged[position] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            Assert.Null(cache.Find("key"));
        }

        cache.TryStore("key", Content);
        Assert.Equal(Content, cache.Find("key"));
    }

    [Fact]
    public void Find_CutShortOrLonger_IsAbsent()
    {
        using var folder = new TemporaryFolder();
        ResultCache cache = Open(folder);
        cache.TryStore("key", Content);
        string path = Files(folder).Keys.Single();
        byte[] bytes = File.ReadAllBytes(path);
        for (int length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Null(cache.Find("key"));
        }

        File.WriteAllBytes(path, [.. bytes, 0]);
        Assert.Null(cache.Find("key"));
    }

    [SkippableFact]
    public void Find_PipeOrFolderInPlaceOfTheFile_IsAbsentAndStays()
    {
        SpecialFiles.SkipOnWindows();
        using var folder = new TemporaryFolder();
        ResultCache cache = Open(folder);
        cache.TryStore("key", Content);
        cache.TryStore("other", Content);
        string path = Files(folder).Keys.Single(static name => name.EndsWith("-key.cache", StringComparison.Ordinal));
        File.Delete(path);
        SpecialFiles.MakePipe(path);
        using FileStream both = SpecialFiles.OpenPipe(path);
        Assert.Null(cache.Find("key"));
        Assert.False(cache.TryStore("key", Content));
        string otherPath = path.Replace("-key.cache", "-other.cache", StringComparison.Ordinal);
        File.Delete(otherPath);
        Directory.CreateDirectory(otherPath);
        Assert.Null(cache.Find("other"));
        Assert.False(cache.TryStore("other", Content));
        Assert.True(Directory.Exists(otherPath));
    }

    [Fact]
    public void Find_FileOfAnotherKey_IsAbsent()
    {
        using var folder = new TemporaryFolder();
        ResultCache cache = Open(folder);
        cache.TryStore("key", Content);
        cache.TryStore("other", [4, 5, 6]);
        string path = Files(folder).Keys.Single(static name => name.EndsWith("-key.cache", StringComparison.Ordinal));
        File.Copy(path, path.Replace("-key.cache", "-other.cache", StringComparison.Ordinal), overwrite: true);
        Assert.Null(cache.Find("other"));
        Assert.Equal(Content, cache.Find("key"));
    }

    /// <summary>Reports are the same from a cold cache, a warm one, a damaged one and none, and for one thread and two.</summary>
    [Fact]
    public void Run_ColdWarmDamagedOrNoCache_SameReports()
    {
        using var folder = new TemporaryFolder();
        string expected = Report(null, threadCount: 1);
        Assert.Equal(expected, Report(null, threadCount: 2));
        Assert.Equal(expected, Report(folder.FullPath, threadCount: 2));
        Dictionary<string, byte[]> cold = Files(folder);
        Assert.Equal(5, cold.Count);
        Assert.Equal(expected, Report(folder.FullPath, threadCount: 1));
        Assert.Equal(cold, Files(folder));
        foreach ((string path, byte[] bytes) in cold)
        {
            byte[] damaged = [.. bytes];
            damaged[damaged.Length / 2] ^= 1;
            File.WriteAllBytes(path, damaged);
        }

        Assert.Equal(expected, Report(folder.FullPath, threadCount: 2));
        Assert.Equal(cold, Files(folder));
    }

    /// <summary>What the cache holds is used: a well-formed entry with another hash shows in the report.</summary>
    [Fact]
    public void Run_WarmCache_DoesNotSimulateAgain()
    {
        using var folder = new TemporaryFolder();
        Report(folder.FullPath, threadCount: 2);
        string path = Files(folder).Keys.Single(static name => name.Contains("-cases-", StringComparison.Ordinal));
        string key = Path.GetFileNameWithoutExtension(path)[13..];
        ResultCache cache = Open(folder);
        string entries = System.Text.Encoding.UTF8.GetString(cache.Find(key)!);
        string hash = entries.TrimEnd('\n').Split('\t')[^1];
        cache.TryStore(key, System.Text.Encoding.UTF8.GetBytes(entries.Replace(hash, "0123456789abcdef", StringComparison.Ordinal)));
        Assert.Contains("0123456789abcdef", Report(folder.FullPath, threadCount: 2), StringComparison.Ordinal);
    }

    private static Dictionary<string, byte[]> Files(TemporaryFolder folder) =>
        Directory.GetFiles(folder[CacheFolder.FolderName], "*.cache").ToDictionary(static path => path, File.ReadAllBytes, StringComparer.Ordinal);

    private static ResultCache Open(TemporaryFolder folder) => ResultCache.Open(folder.FullPath, new RecordedProgress())!;

    /// <summary>The summary and every row of a small run.</summary>
    private static string Report(string? cacheFolder, int threadCount)
    {
        var options = new VerifyOptions
        {
            Networks = ["resnet18"], InputHeight = 16, InputWidth = 16, Banks = [BankSetting.Parse("16k")], CacheFolder = cacheFolder, ThreadCount = threadCount,
        };
        using var engines = new GoldenEngines(new DataParallelEngine(DeviceCatalog.Open(DeviceChoice.Host)));
        var progress = new RecordedProgress();
        var cache = ResultCache.Open(cacheFolder, progress);
        ConformanceOutcome outcome = ConformanceRun.Run([NetworkSource.Load("resnet18", options, cache)], engines, options, cache, progress, CancellationToken.None);
        return OutcomeText.Of(outcome);
    }
}
