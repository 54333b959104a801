using TileProof.Tests.Support;
using TileProof.Verification.Caching;
using TileProof.Verification.Proof;

namespace TileProof.Tests.Proof;

/// <summary>What was found is there at once and in the next run, and nothing is stored where nothing was found.</summary>
public sealed class KeptLinesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Save_WhatWasAdded_IsThereAgain()
    {
        ResultCache cache = Open();
        KeptLines kept = KeptLines.Open(cache, "lines");
        kept.Add("b", "two words");
        kept.Add("a", "1");
        kept.Add("c", "");
        Assert.Equal(("1", "two words", "", null), (kept.Find("a"), kept.Find("b"), kept.Find("c"), kept.Find("d")));
        Assert.Null(KeptLines.Open(cache, "lines").Find("a"));
        kept.Save();

        KeptLines again = KeptLines.Open(Open(), "lines");
        Assert.Equal(("1", "two words", "", null), (again.Find("a"), again.Find("b"), again.Find("c"), again.Find("d")));
        again.Add("b", "other");
        again.Save();
        Assert.Equal(("1", "other"), (KeptLines.Open(cache, "lines").Find("a"), KeptLines.Open(cache, "lines").Find("b")));
    }

    [Fact]
    public void Save_NothingAdded_StoresNothing()
    {
        ResultCache cache = Open();
        KeptLines.Open(cache, "lines").Save();
        Assert.Null(cache.Find("lines"));
        KeptLines without = KeptLines.Open(null, "lines");
        without.Add("a", "1");
        without.Save();
        Assert.Equal("1", without.Find("a"));
    }

    /// <summary>A line without a value is none.</summary>
    [Fact]
    public void Open_LineWithoutAValue_IsLeftOut()
    {
        ResultCache cache = Open();
        cache.TryStore("lines", "first 1\nbroken\n\nlast 2 3\n"u8.ToArray());
        KeptLines kept = KeptLines.Open(cache, "lines");
        Assert.Equal(("1", null, "2 3", null), (kept.Find("first"), kept.Find("broken"), kept.Find("last"), kept.Find("")));
    }

    public void Dispose() => folder.Dispose();

    private ResultCache Open() => ResultCache.Open(folder["cache"], new RecordedProgress())!;
}
