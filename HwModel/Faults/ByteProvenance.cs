using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Faults;

/// <summary>Follows where every byte comes from, so that two programs can be shown to compute the same for all data.</summary>
/// <remarks>
/// Each byte of memory carries a tag: its own address where the program found it, the value of a fill, or what a computation made
/// it from. A transfer copies tags when it is issued, which is how the bytes move under every landing policy when no ordering rule
/// is broken. A computation tags what it writes by the kernel, by all tags that it reads, in order, and by the place in the result.
/// Programs that break no ordering rule and leave the same tags in the output therefore give the same bytes for every content of
/// memory, as long as the arithmetic is the same.
/// </remarks>
public sealed class ByteProvenance : MachineObserver
{
    private const ulong AddressBase = 0x9E3779B97F4A7C15;
    private const ulong Prime = 0x00000100000001B3;
    private readonly Dictionary<MemorySpace, ulong[]> tags = [];

    /// <summary>One number for the tags of a buffer, in order.</summary>
    public ulong Digest(MemoryBuffer buffer) => Digest(buffer.Whole(), Prime);

    /// <inheritdoc/>
    public override void TransferIssued(DmaTransfer transfer)
    {
        StridedRegion source = transfer.Descriptor.Source;
        StridedRegion destination = transfer.Descriptor.Destination;
        for (int row = 0; row < transfer.Descriptor.TotalRows; row++)
        {
            Row(source, row).CopyTo(Row(destination, row));
        }
    }

    /// <inheritdoc/>
    public override void Filling(in FillStep step)
    {
        for (int row = 0; row < step.Region.RowCount * step.Region.PlaneCount; row++)
        {
            Row(step.Region, row).Fill(step.Value);
        }
    }

    /// <inheritdoc/>
    public override void Computing(ComputeStep step)
    {
        ulong made = Prime;
        foreach (char letter in step.Kernel)
        {
            made = Mix(made, letter);
        }

        foreach (StridedRegion region in step.Reads)
        {
            made = Digest(region, made);
        }

        ulong place = 0;
        foreach (StridedRegion region in step.Writes)
        {
            for (int row = 0; row < region.RowCount * region.PlaneCount; row++)
            {
                foreach (ref ulong tag in Row(region, row))
                {
                    tag = Mix(made, place++);
                }
            }
        }
    }

    private static ulong Mix(ulong hash, ulong value) => unchecked(ulong.RotateLeft(hash ^ (value * AddressBase), 29) * Prime);

    private ulong Digest(in StridedRegion region, ulong hash)
    {
        for (int row = 0; row < region.RowCount * region.PlaneCount; row++)
        {
            foreach (ulong tag in Row(region, row))
            {
                hash = Mix(hash, tag);
            }
        }

        return hash;
    }

    private Span<ulong> Row(in StridedRegion region, int row) => TagsOf(region.Buffer.Space).AsSpan(region.RowStartInSpace(row), region.RowBytes);

    private ulong[] TagsOf(MemorySpace space)
    {
        if (!tags.TryGetValue(space, out ulong[]? spaceTags) || spaceTags.Length < space.Bytes.Length)
        {
            int known = spaceTags?.Length ?? 0;
            Array.Resize(ref spaceTags, space.Bytes.Length);
            for (int i = known; i < spaceTags.Length; i++)
            {
                spaceTags[i] = Mix((ulong)(space.Name.Length + space.Name[^1]), (ulong)i + AddressBase);
            }

            tags[space] = spaceTags;
        }

        return spaceTags;
    }
}
