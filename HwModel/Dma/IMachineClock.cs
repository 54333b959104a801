using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Dma;

/// <summary>How long the work of a machine takes, in core cycles.</summary>
public interface IMachineClock
{
    /// <summary>How long a channel is busy with a transfer, and how much later its bytes are complete.</summary>
    /// <param name="bytes">Payload.</param>
    /// <param name="isStore">Whether it goes to system memory.</param>
    TransferTime TransferTime(long bytes, bool isStore);

    /// <summary>How long the core takes to write a constant.</summary>
    double FillCycles(long bytes);

    /// <summary>How long the core computes.</summary>
    double ComputeCycles(ComputeStep step);
}
