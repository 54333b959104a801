using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators;

namespace TileProof.Verification.Benchmarks;

/// <summary>The timing model on a whole network: one timing observer a call. Programs without DMA, which it cannot time as they run, pass by.</summary>
internal sealed class NetworkTiming : MachineObserver
{
    private readonly Network network;
    private int callIndex;
    private TimingObserver current;

    public NetworkTiming(Network network)
    {
        this.network = network;
        current = Observe(0);
    }

    public override void TileStarted(TileCoordinates tile) => current.TileStarted(tile);

    public override void TransferIssued(DmaTransfer transfer) => current.TransferIssued(transfer);

    public override void Waited(DmaChannel channel, int outstandingCount) => current.Waited(channel, outstandingCount);

    public override void Filling(in FillStep step) => current.Filling(step);

    public override void Computing(ComputeStep step)
    {
        if (step is ProgramStep { Program.Plan.Path: OperatorPath.Dma })
        {
            current.Computing(step);
        }
    }

    public override void CacheWrittenBack(in StridedRegion region) => current.CacheWrittenBack(region);

    public override void CacheInvalidated(in StridedRegion region) => current.CacheInvalidated(region);

    public override void HandedBack(MemoryBuffer output)
    {
        if (++callIndex < network.Calls.Count)
        {
            current = Observe(callIndex);
        }
    }

    private TimingObserver Observe(int index) => new(network.Calls[index], CostCoefficients.Calibrated, MachineMode.Release);
}
