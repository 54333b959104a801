using TileProof.Kernels;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Caching;

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

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(34)]
    public void Find_OneBitWrong_IsAbsentUntilStoredAgain(int position)
    {
        using var folder = new TemporaryFolder();
        ResultCache cache = Open(folder);
        cache.TryStore("key", Content);
        string path = Assert.Single(Directory.GetFiles(OwnFolder(folder), "*.cache"));
        byte[] bytes = File.ReadAllBytes(path);
        bytes[position] ^= 0x10;
        File.WriteAllBytes(path, bytes);
        Assert.Null(cache.Find("key"));
        cache.TryStore("key", Content);
        Assert.Equal(Content, cache.Find("key"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(34)]
    public void Find_CutShort_IsAbsent(int length)
    {
        using var folder = new TemporaryFolder();
        ResultCache cache = Open(folder);
        cache.TryStore("key", Content);
        string path = Assert.Single(Directory.GetFiles(OwnFolder(folder), "*.cache"));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..length]);
        Assert.Null(cache.Find("key"));
    }

    [Fact]
    public void Find_FileOfAnotherKey_IsAbsent()
    {
        using var folder = new TemporaryFolder();
        ResultCache cache = Open(folder);
        cache.TryStore("key", Content);
        string path = Assert.Single(Directory.GetFiles(OwnFolder(folder), "*.cache"));
        File.Copy(path, path.Replace("-key", "-other", StringComparison.Ordinal));
        Assert.Null(cache.Find("other"));
    }

    [Fact]
    public void TryStore_OtherBuildsAndTooManyFiles_AreDeleted()
    {
        using var folder = new TemporaryFolder();
        string otherBuild = Path.Combine(OwnFolder(folder), "000000000000-key.cache");
        string notOurs = Path.Combine(OwnFolder(folder), "notes.cache");
        ResultCache cache = Open(folder);
        File.WriteAllText(otherBuild, "");
        File.WriteAllText(notOurs, "");
        string beside = Path.Combine(folder.FullPath, "000000000000-key.cache");
        File.WriteAllText(beside, "");
        for (int i = 0; i < ResultCache.LargestFileCount + 3; i++)
        {
            Assert.True(cache.TryStore($"key{i}", Content));
        }

        Assert.False(File.Exists(otherBuild));
        Assert.True(File.Exists(notOurs));
        Assert.True(File.Exists(beside));
        Assert.Equal(ResultCache.LargestFileCount + 1, Directory.GetFiles(OwnFolder(folder), "*.cache").Length);
    }

    /// <summary>A file with a hole: it has the length, and takes no room on the disk.</summary>
    [Fact]
    public void TryStore_MoreBytesThanTheLimit_OldestAreDeleted()
    {
        using var folder = new TemporaryFolder();
        ResultCache cache = Open(folder);
        cache.TryStore("old", Content);
        string old = Assert.Single(Directory.GetFiles(OwnFolder(folder), "*.cache"));
        using (FileStream file = File.OpenWrite(old))
        {
            file.SetLength(ResultCache.LargestFolderBytes);
        }

        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddMinutes(-1));
        Assert.True(cache.TryStore("new", Content));
        Assert.False(File.Exists(old));
        Assert.Equal(Content, cache.Find("new"));
    }

    /// <summary>A folder of somebody else that happens to have the name is not written to, and nothing in it is deleted.</summary>
    [Fact]
    public void Open_FolderOfSomebodyElse_IsLeftAlone()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(OwnFolder(folder), "0123456789ab-golden-1.cache");
        Directory.CreateDirectory(OwnFolder(folder));
        File.WriteAllText(file, "mine");
        var progress = new RecordedProgress();
        Assert.Null(ResultCache.Open(folder.FullPath, progress));
        Assert.Contains("is left alone", Assert.Single(progress.Said), StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFiles(OwnFolder(folder)));
    }

    [Fact]
    public void Open_FolderIsAFile_SaysSoAndGivesNone()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.FullPath, "file");
        File.WriteAllText(file, "");
        var progress = new RecordedProgress();
        Assert.Null(ResultCache.Open(file, progress));
        Assert.StartsWith("no cache", Assert.Single(progress.Said), StringComparison.Ordinal);
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
        Assert.Equal(3, cold.Count);
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
        string key = Path.GetFileNameWithoutExtension(path)[(ResultCache.Build.Length + 1)..];
        ResultCache cache = Open(folder);
        string entries = System.Text.Encoding.UTF8.GetString(cache.Find(key)!);
        string hash = entries.TrimEnd('\n').Split('\t')[^1];
        cache.TryStore(key, System.Text.Encoding.UTF8.GetBytes(entries.Replace(hash, "0123456789abcdef", StringComparison.Ordinal)));
        Assert.Contains("0123456789abcdef", Report(folder.FullPath, threadCount: 2), StringComparison.Ordinal);
    }

    private static string OwnFolder(TemporaryFolder folder) => Path.Combine(folder.FullPath, ResultCache.FolderName);

    private static Dictionary<string, byte[]> Files(TemporaryFolder folder) =>
        Directory.GetFiles(OwnFolder(folder), "*.cache").ToDictionary(static path => path, File.ReadAllBytes, StringComparer.Ordinal);

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
        int kept = outcome.Cases.Count(static result => result.IsKept) + outcome.EndToEnd.Count(static result => result.IsKept);
        return SummaryReport.Write(outcome, outcome.Verdict, "", "").Replace($"({outcome.Cases.Count + outcome.EndToEnd.Count - kept} ran, {kept} kept from earlier runs)", "(...)", StringComparison.Ordinal) + string.Join('\n', outcome.Cases.Select(static result => ConformanceRow.Of(result, "", "")))
            + string.Join('\n', outcome.EndToEnd.Select(static result => EndToEndRow.Of(result, "", "")));
    }
}
