using TileProof.Tests.Support;
using TileProof.Verification.Caching;

namespace TileProof.Tests.Caching;

/// <summary>The cache deletes what it wrote and nothing else, wherever it is put.</summary>
public sealed class CacheFolderTests
{
    private static readonly byte[] Content = [1, 2, 3];

    [Fact]
    public void Open_FolderOfTheUser_GetsAMarkedFolderAndStaysAsItIs()
    {
        using var folder = new TemporaryFolder();
        string[] others = ["notes.txt", "0123456789ab-key.cache", $"{ResultCache.Build[..12]}-key.cache", ".tileproof-abcdefgh.123.tmp"];
        Array.ForEach(others, name => File.WriteAllText(folder[name], "mine"));
        Fill(Open(folder), CacheFolder.LargestFileCount + 2);
        Assert.All(others, name => Assert.Equal("mine", File.ReadAllText(folder[name])));
        Assert.Equal(others.Length + 1 + CacheFolder.LargestFileCount, folder.Files.Count);
        Assert.True(File.Exists(folder[CacheFolder.FolderName, CacheFolder.MarkerName]));
    }

    /// <summary>Without the marker, or with another text in it, the folder is somebody else's.</summary>
    [Theory]
    [InlineData("notes.txt", "mine")]
    [InlineData("000000000000-key.cache", "mine")]
    [InlineData(CacheFolder.MarkerName, "mine")]
    public void Open_FolderWithoutTheMarker_IsLeftAloneAndSaid(string name, string text)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder[CacheFolder.FolderName]);
        File.WriteAllText(folder[CacheFolder.FolderName, name], text);
        var progress = new RecordedProgress();
        Assert.Null(ResultCache.Open(folder.FullPath, progress));
        Assert.Equal(
            $"no cache: '{folder[CacheFolder.FolderName]}' holds files and has no {CacheFolder.MarkerName}, so they are not the cache's; empty the folder, or set TILEPROOF_CACHE to another",
            Assert.Single(progress.Said));
        Assert.Equal([Path.Combine(CacheFolder.FolderName, name)], folder.Files);
        Assert.Equal(text, File.ReadAllText(folder[CacheFolder.FolderName, name]));
    }

    [Fact]
    public void Open_EmptyFolderOrOneBeingMarked_IsTaken()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder[CacheFolder.FolderName]);
        using (new FileStream(folder[CacheFolder.FolderName, ".tileproof-inuse000.000.tmp"], FileMode.CreateNew, FileAccess.Write, FileShare.Delete))
        {
            Assert.True(Open(folder).TryStore("key", Content));
        }

        Assert.Equal(Content, Open(folder).Find("key"));
    }

    /// <summary>Inside its folder too: other names, other content, folders and links stay.</summary>
    [SkippableFact]
    public void DeleteOld_FilesOfOthersInTheFolder_Stay()
    {
        SpecialFiles.SkipOnWindows();
        using var folder = new TemporaryFolder();
        ResultCache cache = Open(folder);
        byte[] ours = [.. CacheFolder.FirstBytes, .. Content];
        string[] stay = ["notes.txt", "notes.cache", "000000000000.cache", "00000000000-key.cache", "00000000000g-key.cache", "000000000000-key.cache.bak"];
        Array.ForEach(stay, name => File.WriteAllBytes(folder[CacheFolder.FolderName, name], ours));
        File.WriteAllBytes(folder[CacheFolder.FolderName, "000000000001-other.cache"], [0, .. ours]);
        File.WriteAllBytes(folder[CacheFolder.FolderName, "000000000002-short.cache"], ours[..(CacheFolder.FirstBytes.Length - 1)]);
        File.WriteAllBytes(folder["target"], ours);
        File.CreateSymbolicLink(folder[CacheFolder.FolderName, "000000000003-link.cache"], folder["target"]);
        SpecialFiles.MakePipe(folder[CacheFolder.FolderName, "000000000004-pipe.cache"]);
        using FileStream both = SpecialFiles.OpenPipe(folder[CacheFolder.FolderName, "000000000004-pipe.cache"]);
        File.WriteAllBytes(folder[CacheFolder.FolderName, "000000000005-old.cache"], ours);
        IReadOnlyList<string> before = folder.Files;
        cache.TryStore("key", Content);
        Assert.Equal(
            [Path.Combine(CacheFolder.FolderName, "000000000005-old.cache")],
            before.Except(folder.Files));
    }

    /// <summary>The newest stay, whatever the order of their names.</summary>
    [Fact]
    public void DeleteOld_TooManyFiles_OldestGo()
    {
        using var folder = new TemporaryFolder();
        ResultCache cache = Open(folder);
        for (int i = 0; i < CacheFolder.LargestFileCount; i++)
        {
            Assert.True(cache.TryStore($"key{i:D2}", Content));
            File.SetLastWriteTimeUtc(PathOf(folder, $"key{i:D2}"), DateTime.UtcNow.AddMinutes(-100 + (i % 3 * 20)));
        }

        Assert.NotNull(cache.Find("key00"));
        for (int i = 0; i < 3; i++)
        {
            File.SetLastWriteTimeUtc(PathOf(folder, $"key{20 * i:D2}"), DateTime.UtcNow.AddMinutes(-200 - i));
            Assert.True(cache.TryStore($"new{i}", Content));
            Assert.Null(cache.Find($"key{20 * i:D2}"));
        }

        Assert.Equal(CacheFolder.LargestFileCount, Directory.GetFiles(folder[CacheFolder.FolderName], "*.cache").Length);
    }

    /// <summary>A file with a hole: it has the length, and takes no room on the disk.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void DeleteOld_MoreBytesThanTheLimit_OldestGo(int beyond, bool stays)
    {
        using var folder = new TemporaryFolder();
        ResultCache cache = Open(folder);
        cache.TryStore("new", Content);
        long newBytes = new FileInfo(PathOf(folder, "new")).Length;
        cache.TryStore("old", Content);
        using (FileStream file = File.OpenWrite(PathOf(folder, "old")))
        {
            file.SetLength(CacheFolder.LargestFolderBytes - newBytes + beyond);
        }

        File.SetLastWriteTimeUtc(PathOf(folder, "old"), DateTime.UtcNow.AddMinutes(-1));
        Assert.True(cache.TryStore("new", Content));
        Assert.Equal(stays, File.Exists(PathOf(folder, "old")));
        Assert.Equal(Content, cache.Find("new"));
    }

    /// <summary>The newest stays even alone above the limit.</summary>
    [Fact]
    public void DeleteOld_NewestAboveTheLimit_Stays()
    {
        using var folder = new TemporaryFolder();
        ResultCache cache = Open(folder);
        cache.TryStore("large", Content);
        using (FileStream file = File.OpenWrite(PathOf(folder, "large")))
        {
            file.SetLength(CacheFolder.LargestFolderBytes + 1);
        }

        File.SetLastWriteTimeUtc(PathOf(folder, "large"), DateTime.UtcNow.AddMinutes(1));
        cache.TryStore("small", Content);
        Assert.True(File.Exists(PathOf(folder, "large")));
        Assert.False(File.Exists(PathOf(folder, "small")));
    }

    /// <summary>What a killed run left half-written in the folder goes with the next run.</summary>
    [Fact]
    public void Open_HalfWrittenFileOfAKilledRun_IsDeleted()
    {
        using var folder = new TemporaryFolder();
        Open(folder);
        File.WriteAllText(folder[CacheFolder.FolderName, ".tileproof-abcdefgh.123.tmp"], "half");
        Open(folder);
        Assert.Equal([Path.Combine(CacheFolder.FolderName, CacheFolder.MarkerName)], folder.Files);
    }

    [Fact]
    public void Open_FolderIsAFile_SaysSoAndGivesNone()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        var progress = new RecordedProgress();
        Assert.Null(ResultCache.Open(folder["file"], progress));
        Assert.Equal($"no cache: '{folder["file"]}' is a file, expected a folder; set TILEPROOF_CACHE to another", Assert.Single(progress.Said));
        Assert.Null(ResultCache.Open(null, progress));
        Assert.Single(progress.Said);
    }

    private static void Fill(ResultCache cache, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.True(cache.TryStore($"key{i}", Content));
        }
    }

    private static string PathOf(TemporaryFolder folder, string key) => folder[CacheFolder.FolderName, $"{ResultCache.Build[..12]}-{key}.cache"];

    private static ResultCache Open(TemporaryFolder folder) => ResultCache.Open(folder.FullPath, new RecordedProgress())!;
}
