namespace TileProof.HwModel.Timing;

/// <summary>How long a DMA channel is busy with a transfer.</summary>
public static class DmaCosts
{
    /// <summary>Rows, bytes and latency of a transfer; 0 in turbo mode.</summary>
    /// <param name="coefficients">The costs.</param>
    /// <param name="mode">The machine mode.</param>
    /// <param name="rows">Rows over all planes.</param>
    /// <param name="bytes">Payload.</param>
    public static TransferTime TransferTime(CostCoefficients coefficients, MachineMode mode, long rows, long bytes)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        return new TransferTime(
            (rows * coefficients[mode, MemoryTerm.DmaRow]) + (bytes * coefficients[mode, MemoryTerm.DmaByte]),
            coefficients[mode, MemoryTerm.DmaLatency]);
    }
}
