using TileProof.HwModel.Dma;
namespace TileProof.HwModel.Timing;

/// <summary>How long a DMA channel is busy with a transfer.</summary>
public static class DmaCosts
{
    /// <summary>Bytes and latency of a transfer; 0 in turbo mode.</summary>
    /// <remarks>The published runs show no cost of rows or planes apart from their bytes.</remarks>
    /// <param name="coefficients">The costs.</param>
    /// <param name="mode">The machine mode.</param>
    /// <param name="bytes">Payload.</param>
    public static TransferTime TransferTime(CostCoefficients coefficients, MachineMode mode, long bytes)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        return new TransferTime(bytes * coefficients[mode, MemoryTerm.DmaByte], coefficients[mode, MemoryTerm.DmaLatency]);
    }
}
