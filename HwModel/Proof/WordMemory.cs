using TileProof.HwModel.Machine;
using TileProof.Operators.Words;

namespace TileProof.HwModel.Proof;

/// <summary>The memories of a machine with words instead of bytes, as the core and as DMA see them.</summary>
internal sealed class WordMemory : IDisposable
{
    private const int LineBytes = SystemMemory.CacheLineBytes;

    private readonly Dictionary<MemorySpace, WordSpace> spaces = [];
    private readonly SystemMemory system;
    private readonly WordCache? cache;

    /// <summary>Makes the words of local banks, which nobody wrote, and of a system memory without any.</summary>
    public WordMemory(IReadOnlyList<MemoryBank> banks, SystemMemory system, bool modelsCache)
    {
        this.system = system;
        cache = modelsCache ? new WordCache() : null;
        spaces[system] = new WordSpace(0);
        for (int i = 0; i < banks.Count; i++)
        {
            spaces[banks[i]] = new WordSpace(i + 1);
            spaces[banks[i]].AppendUnwritten(banks[i].CapacityBytes);
        }
    }

    /// <summary>Gives a tensor its words; null for those of bytes that nobody wrote. Its lines count as written by the core.</summary>
    public void Place(MemoryBuffer tensor, WordKind? kind, long firstIndex)
    {
        int length = SystemMemory.RoundUpToLine(tensor.LengthBytes);
        if (kind is { } known)
        {
            spaces[system].Append(length, WordTables.Of(known, firstIndex, length));
        }
        else
        {
            spaces[system].AppendUnwritten(length);
        }

        cache?.CoreWrote(tensor.OffsetBytes, tensor.LengthBytes);
    }

    /// <summary>A buffer of system memory that has been there before the call: the cache may hold what it was used for last.</summary>
    public void Reuse(MemoryBuffer scratch) => cache?.CoreWrote(scratch.OffsetBytes, scratch.LengthBytes);

    /// <summary>The words from the first to the last byte of a region as the core reads them.</summary>
    public ReadOnlySpan<ulong> CoreRead(scoped in StridedRegion region)
    {
        ReadOnlySpan<ulong> words = View(region);
        return cache is not null && region.Buffer.Space == system && cache.FirstStale(region.StartInSpace, region.ExtentBytes) >= 0
            ? Replace(words, region.StartInSpace, cache.FirstStale, WordKind.StaleInCache)
            : words;
    }

    /// <summary>The same as DMA reads them.</summary>
    public ReadOnlySpan<ulong> DmaRead(scoped in StridedRegion region)
    {
        ReadOnlySpan<ulong> words = View(region);
        return cache is not null && region.Buffer.Space == system && cache.FirstDirty(region.StartInSpace, region.ExtentBytes) >= 0
            ? Replace(words, region.StartInSpace, cache.FirstDirty, WordKind.InCacheOnly)
            : words;
    }

    /// <summary>The core writes a row of a region.</summary>
    public void CoreWrite(in StridedRegion region, int row, ReadOnlySpan<ulong> words)
    {
        int start = region.RowStartInSpace(row);
        spaces[region.Buffer.Space].Write(start, words);
        if (region.Buffer.Space == system)
        {
            cache?.CoreWrote(start, words.Length);
        }
    }

    /// <summary>The core copies rows from one region to another.</summary>
    public void Copy(in StridedRegion source, in StridedRegion destination)
    {
        ReadOnlySpan<ulong> words = CoreRead(source);
        for (int row = 0; row < WordRegions.RowsOf(source); row++)
        {
            CoreWrite(destination, row, words.Slice(source.RowStartInSpace(row) - (int)source.StartInSpace, source.RowBytes));
        }
    }

    /// <summary>The core writes one word over a region.</summary>
    public void CoreFill(in StridedRegion region, ulong word)
    {
        WordSpace space = spaces[region.Buffer.Space];
        StridedRegion joined = WordRegions.Joined(region);
        for (int row = 0; row < WordRegions.RowsOf(joined); row++)
        {
            int start = joined.RowStartInSpace(row);
            space.Fill(start, joined.RowBytes, word);
            if (region.Buffer.Space == system)
            {
                cache?.CoreWrote(start, joined.RowBytes);
            }
        }
    }

    /// <summary>DMA writes a row of a region. Where a line is dirty, the cache may evict it over that.</summary>
    public void DmaWrite(in StridedRegion region, int row, ReadOnlySpan<ulong> words)
    {
        int start = region.RowStartInSpace(row);
        WordSpace space = spaces[region.Buffer.Space];
        if (cache is null || region.Buffer.Space != system)
        {
            space.Write(start, words);
            return;
        }

        space.Write(start, cache.FirstDirty(start, words.Length) >= 0 ? Replace(words, start, cache.FirstDirty, WordKind.InCacheOnly) : words);
        cache.DmaWrote(start, words.Length);
    }

    /// <summary>The words from the first to the last byte of a region that DMA writes past no cache; empty where the region is not of that kind.</summary>
    public Span<ulong> Local(scoped in StridedRegion region) =>
        region.Buffer.Space == system ? [] : spaces[region.Buffer.Space].View(region.StartInSpace, (int)region.ExtentBytes);

    /// <summary>Whether DMA reads what a tensor held from the beginning.</summary>
    public bool IsOriginal(in StridedRegion region) => region.Buffer.Space == system
        && spaces[system].IsUntouched(region.StartInSpace, (int)region.ExtentBytes)
        && cache?.FirstDirty(region.StartInSpace, region.ExtentBytes) is null or < 0;

    /// <summary>The words of a row of a region as they lie in memory.</summary>
    public ReadOnlySpan<ulong> InMemory(scoped in StridedRegion region, int row) => spaces[region.Buffer.Space].Read(region.RowStartInSpace(row), region.RowBytes);

    /// <summary>A row of a region is going to be written: until then it has a word of its own.</summary>
    public void Mark(in StridedRegion region, int row, ulong word) => spaces[region.Buffer.Space].Fill(region.RowStartInSpace(row), region.RowBytes, word);

    /// <summary>The core writes its lines of a region back.</summary>
    public void WriteBack(in StridedRegion region) => cache?.WriteBack(region.StartInSpace, region.ExtentBytes);

    /// <summary>The core drops its lines of a region.</summary>
    public void Invalidate(in StridedRegion region) => cache?.Invalidate(region.StartInSpace, region.ExtentBytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (WordSpace space in spaces.Values)
        {
            space.Release();
        }
    }

    private static ulong[] Replace(ReadOnlySpan<ulong> words, long start, Func<long, long, long> firstLine, WordKind kind)
    {
        ulong[] replaced = words.ToArray();
        long end = start + words.Length;
        for (long at = start; firstLine(at, end - at) is >= 0 and var line; at = (line + 1) * LineBytes)
        {
            long first = Math.Max(line * LineBytes, start);
            long last = Math.Min((line + 1) * LineBytes, end);
            replaced.AsSpan((int)(first - start), (int)(last - first)).Fill(RingWords.Of(kind, line));
        }

        return replaced;
    }

    private ReadOnlySpan<ulong> View(scoped in StridedRegion region) => spaces[region.Buffer.Space].Read(region.StartInSpace, (int)region.ExtentBytes);
}
