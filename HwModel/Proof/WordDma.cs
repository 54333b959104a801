using System.Buffers;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.Operators.Words;

namespace TileProof.HwModel.Proof;

/// <summary>The DMA channels of a machine of words, for every landing at once.</summary>
/// <remarks>
/// Bytes may move at any time between the issue of a transfer and the wait for it. Until that wait its destination therefore holds words of
/// their own, which no right program reads; and where the source has changed since, or somebody else wrote to the destination, what
/// arrives is undefined, and has words of its own, too.
/// </remarks>
internal sealed class WordDma(DspConfiguration configuration, WordMemory memory, MachineInterceptor? interceptor)
{
    private readonly Queue<WordTransfer>[] channels = [new(), new()];
    private readonly List<TransferLabel> labels = [];

    /// <summary>The words of bytes under way of every transfer of a channel, which keeps its transfers in order.</summary>
    private readonly HashSet<ulong>[] wordsUnderWay = [[], []];

    /// <summary>What every transfer so far was for, by its number.</summary>
    public IReadOnlyList<TransferLabel> Labels => labels;

    /// <summary>Gives a descriptor to a channel.</summary>
    /// <exception cref="HardwareFaultException">A side leaves its buffer or the ring is full, and the machine faults on that.</exception>
    public void Issue(int channel, in DmaDescriptor descriptor)
    {
        DmaDescriptor issued = descriptor;
        if (interceptor?.Issuing(ref channel, ref issued) == false)
        {
            return;
        }

        (StridedRegion source, StridedRegion destination) = Joined(issued.Source, issued.Destination);
        Touch(source, issued, "source");
        Touch(destination, issued, "destination");
        if (channels[channel].Count >= configuration.RingDepth)
        {
            if (configuration.RingFull == RingFullBehavior.Fault)
            {
                throw new HardwareFaultException($"DMA {issued.Purpose}: the ring of channel {channel} is full with {channels[channel].Count} descriptors.");
            }

            Land(channels[channel].Dequeue());
        }

        channels[channel].Enqueue(Start(channel, source, destination, issued.Label));
    }

    /// <summary>Waits until a channel has at most so many unfinished transfers.</summary>
    public void Wait(int channel, int outstandingCount)
    {
        if (interceptor?.Waiting(ref channel, ref outstandingCount) == false)
        {
            return;
        }

        while (channels[channel].Count > outstandingCount)
        {
            Land(channels[channel].Dequeue());
        }
    }

    /// <summary>The core wrote a region: where a transfer is on its way to the same bytes, nobody knows which of both stays.</summary>
    public void CoreWrote(in StridedRegion region)
    {
        foreach (WordTransfer transfer in channels.SelectMany(static channel => channel))
        {
            foreach ((long start, long end) in WordRegions.Overlaps(region, transfer.Destination))
            {
                memory.Mark(
                    StridedRegion.Linear(region.Buffer, (int)(start - region.Buffer.OffsetBytes), (int)(end - start)), 0, RingWords.Of(WordKind.Raced, transfer.Number));
            }
        }
    }

    /// <summary>Rows that follow one another without a gap on both sides are one row.</summary>
    private static (StridedRegion Source, StridedRegion Destination) Joined(in StridedRegion source, in StridedRegion destination)
    {
        StridedRegion joinedSource = WordRegions.Joined(source);
        StridedRegion joinedDestination = WordRegions.Joined(destination);
        return joinedSource.RowBytes == joinedDestination.RowBytes && joinedSource.RowCount == joinedDestination.RowCount
            ? (joinedSource, joinedDestination)
            : (source, destination);
    }

    private static void Touch(in StridedRegion region, in DmaDescriptor descriptor, string side) =>
        region.Buffer.Space.Touch(region, $"DMA {descriptor.Purpose}: the {side}");

    private WordTransfer Start(int channel, in StridedRegion source, in StridedRegion destination, TransferLabel label)
    {
        var transfer = new WordTransfer(labels.Count, channel, source, destination, label, memory.IsOriginal(source) ? null : Snapshot(source));
        labels.Add(label);
        ulong underWay = RingWords.Of(WordKind.UnderWay, transfer.Number);
        wordsUnderWay[channel].Add(underWay);
        if (memory.Local(destination) is { IsEmpty: false } words)
        {
            WordRows.Fill(words, destination, underWay);
            return transfer;
        }

        for (int row = 0; row < WordRegions.RowsOf(destination); row++)
        {
            memory.Mark(destination, row, underWay);
        }

        return transfer;
    }

    private ulong[] Snapshot(in StridedRegion source)
    {
        ulong[] snapshot = ArrayPool<ulong>.Shared.Rent((int)source.TotalBytes);
        ReadOnlySpan<ulong> words = memory.DmaRead(source);
        for (int row = 0; row < WordRegions.RowsOf(source); row++)
        {
            words.Slice(source.RowStartInSpace(row) - (int)source.StartInSpace, source.RowBytes).CopyTo(snapshot.AsSpan(row * source.RowBytes));
        }

        return snapshot;
    }

    private void Land(WordTransfer transfer)
    {
        ulong underWay = RingWords.Of(WordKind.UnderWay, transfer.Number);
        ulong raced = RingWords.Of(WordKind.Raced, transfer.Number);
        if (transfer.Snapshot is null && memory.IsOriginal(transfer.Source) && memory.Local(transfer.Destination) is { IsEmpty: false } words
            && WordRows.AreAll(words, transfer.Destination, underWay))
        {
            WordRows.Copy(memory.DmaRead(transfer.Source), transfer.Source, words, transfer.Destination);
            return;
        }

        LandRows(transfer, underWay, raced);
        if (transfer.Snapshot is not null)
        {
            ArrayPool<ulong>.Shared.Return(transfer.Snapshot);
        }
    }

    private void LandRows(WordTransfer transfer, ulong underWay, ulong raced)
    {
        HashSet<ulong> ofChannel = wordsUnderWay[transfer.Channel];
        MarkRaced(transfer.Destination, underWay, raced, ofChannel);
        StridedRegion source = transfer.Source;
        ReadOnlySpan<ulong> words = memory.DmaRead(source);

        // A tensor that changed for the first time while it was read: nobody knows any more what it held at the issue.
        bool isKnown = transfer.Snapshot is not null || memory.IsOriginal(source);
        using var pooled = new PooledWords(source.RowBytes);
        Span<ulong> arriving = pooled.Span;
        for (int row = 0; row < WordRegions.RowsOf(source); row++)
        {
            ReadOnlySpan<ulong> now = words.Slice(source.RowStartInSpace(row) - (int)source.StartInSpace, source.RowBytes);
            ReadOnlySpan<ulong> issued = transfer.Snapshot is null ? now : transfer.Snapshot.AsSpan(row * source.RowBytes, source.RowBytes);
            ReadOnlySpan<ulong> there = memory.InMemory(transfer.Destination, row);
            for (int i = 0; i < arriving.Length; i++)
            {
                // A younger transfer of the channel arrives later; what an older one brought was there before this one began to read.
                arriving[i] = there[i] != underWay && ofChannel.Contains(there[i]) ? there[i]
                    : isKnown && (now[i] == issued[i] || ofChannel.Contains(issued[i])) && there[i] != raced ? now[i]
                    : raced;
            }

            memory.DmaWrite(transfer.Destination, row, arriving);
        }
    }

    /// <summary>Where somebody else has written to the destination, nobody knows what stays. Its own rows may lie over one another: they arrive in order.</summary>
    private void MarkRaced(in StridedRegion destination, ulong underWay, ulong raced, HashSet<ulong> ofChannel)
    {
        for (int row = 0; row < WordRegions.RowsOf(destination); row++)
        {
            ReadOnlySpan<ulong> there = memory.InMemory(destination, row);
            for (int i = 0; i < there.Length; i++)
            {
                if (there[i] != underWay && there[i] != raced && !ofChannel.Contains(there[i]))
                {
                    memory.Mark(destination with { OffsetBytes = destination.RowStartInSpace(row) - destination.Buffer.OffsetBytes + i, RowBytes = 1, RowCount = 1, PlaneCount = 1 }, 0, raced);
                    there = memory.InMemory(destination, row);
                }
            }
        }
    }
}
