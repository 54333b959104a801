using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Dma;

/// <summary>A descriptor under way on a channel.</summary>
public sealed class DmaTransfer
{
    internal DmaTransfer(DmaDescriptor descriptor, DmaChannel channel, long sequence)
    {
        Descriptor = descriptor;
        Channel = channel;
        Sequence = sequence;
    }

    /// <summary>What is copied.</summary>
    public DmaDescriptor Descriptor { get; }

    /// <summary>Which channel copies it.</summary>
    public DmaChannel Channel { get; }

    /// <summary>The order of issue over both channels, from 0.</summary>
    public long Sequence { get; }

    /// <summary>Rows whose bytes have moved.</summary>
    public int LandedRows { get; private set; }

    /// <summary>Whether all bytes have moved.</summary>
    public bool HasLanded => LandedRows == Descriptor.TotalRows;

    internal void LandRows(int rowCount)
    {
        StridedRegion source = Descriptor.Source;
        StridedRegion destination = Descriptor.Destination;
        ReadOnlySpan<byte> from = source.Buffer.Space.Bytes;
        Span<byte> to = destination.Buffer.Space.Bytes;
        int end = Math.Min(LandedRows + rowCount, Descriptor.TotalRows);
        for (int row = LandedRows; row < end;)
        {
            // The rest of a plane, or what is asked of it.
            int planeEnd = Math.Min(end, row - (row % source.RowCount) + source.RowCount);
            int fromBytes = source.RowStartInSpace(row);
            int toBytes = destination.RowStartInSpace(row);
            for (; row < planeEnd; row++)
            {
                from.Slice(fromBytes, source.RowBytes).CopyTo(to[toBytes..]);
                fromBytes += source.RowPitchBytes;
                toBytes += destination.RowPitchBytes;
            }
        }

        LandedRows = end;
    }

    internal void Land() => LandRows(Descriptor.TotalRows);
}
