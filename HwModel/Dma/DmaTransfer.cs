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
        int end = Math.Min(LandedRows + rowCount, Descriptor.TotalRows);
        StridedBytes.Copy(Descriptor.Source, Descriptor.Destination, LandedRows, end);
        LandedRows = end;
    }

    internal void Land() => LandRows(Descriptor.TotalRows);
}
