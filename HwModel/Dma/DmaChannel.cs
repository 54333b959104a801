namespace TileProof.HwModel.Dma;

/// <summary>One DMA channel: transfers finish in the order of issue.</summary>
public sealed class DmaChannel
{
    private readonly List<DmaTransfer> outstanding = [];

    internal DmaChannel(int index) => Index = index;

    /// <summary>0 or 1.</summary>
    public int Index { get; }

    /// <summary>Transfers that the program has not waited for, oldest first; some may have landed already.</summary>
    public IReadOnlyList<DmaTransfer> Outstanding => outstanding;

    internal void Add(DmaTransfer transfer) => outstanding.Add(transfer);

    internal DmaTransfer RetireOldest()
    {
        DmaTransfer oldest = outstanding[0];
        oldest.Land();
        outstanding.RemoveAt(0);
        return oldest;
    }

    /// <summary>Lands rows of the oldest transfer that has not landed, if there is one.</summary>
    internal void LandNext(int rowCount) => Next()?.LandRows(rowCount);

    internal int RemainingRowsOfNext() => Next() is { } next ? next.Descriptor.TotalRows - next.LandedRows : 0;

    private DmaTransfer? Next() => outstanding.Find(static transfer => !transfer.HasLanded);
}
