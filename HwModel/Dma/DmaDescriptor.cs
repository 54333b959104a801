using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Dma;

/// <summary>What a DMA transfer copies: planes of rows from one region to another of the same row bytes, rows and planes.</summary>
public readonly record struct DmaDescriptor
{
    private DmaDescriptor(StridedRegion source, StridedRegion destination, TransferLabel label)
    {
        Source = source;
        Destination = destination;
        Label = label;
    }

    /// <summary>What is read.</summary>
    public StridedRegion Source { get; }

    /// <summary>What is written.</summary>
    public StridedRegion Destination { get; }

    /// <summary>What the transfer is for.</summary>
    public TransferLabel Label { get; }

    /// <summary>The label in words, such as <c>input n0 c0 h1</c>.</summary>
    public string Purpose => Label.ToString();

    /// <summary>All rows, over all planes.</summary>
    public int TotalRows => Source.RowCount * Source.PlaneCount;

    /// <summary>Makes a descriptor.</summary>
    /// <exception cref="ArgumentException">The regions differ in row bytes, rows or planes, or one is empty.</exception>
    public static DmaDescriptor Create(in StridedRegion source, in StridedRegion destination, TransferLabel label)
    {
        if (source.RowBytes != destination.RowBytes || source.RowCount != destination.RowCount || source.PlaneCount != destination.PlaneCount)
        {
            throw new ArgumentException($"{label}: source {source} and destination {destination} differ in extent.", nameof(destination));
        }

        if (source.TotalBytes <= 0)
        {
            throw new ArgumentException($"{label}: the transfer is empty.", nameof(source));
        }

        return new DmaDescriptor(source, destination, label);
    }
}
