using TileProof.HwModel.Executors;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Timing;

namespace TileProof.HwModel.Dma;

/// <summary>Bytes move when the cycle model says: transfers of a channel follow each other while the core fills and computes.</summary>
/// <remarks>
/// A transfer lands as a whole when its last byte has arrived. Steps other than fills and convolution kernels take one cycle for
/// every vector that they touch; the moment matters to a wrong program only.
/// </remarks>
public sealed class LandAtModelledTime : LandingPolicy
{
    private const MachineMode Mode = MachineMode.MemoryModel;

    private readonly ConvolutionCosts costs;
    private readonly Dictionary<DmaTransfer, double> arrivals = [];
    private readonly double[] channelFree = new double[2];
    private double now;

    /// <summary>Makes a policy with the costs of the cycle model.</summary>
    public LandAtModelledTime(CostCoefficients coefficients) => costs = new ConvolutionCosts(coefficients, Mode);

    /// <inheritdoc/>
    public override string Name => "modelled";

    internal override void Issued(DmaEngine engine, DmaTransfer transfer)
    {
        TransferTime time = costs.TransferTime(transfer.Descriptor.Source.TotalBytes);
        ref double free = ref channelFree[transfer.Channel.Index];
        free = Math.Max(free, now) + time.BusyCycles;
        arrivals.Add(transfer, free + time.LatencyCycles);
    }

    internal override void Advance(DmaEngine engine)
    {
        foreach (DmaChannel channel in engine.Channels)
        {
            foreach (DmaTransfer transfer in channel.Outstanding)
            {
                if (!transfer.HasLanded && arrivals[transfer] <= now)
                {
                    transfer.Land();
                }
            }
        }
    }

    internal override void Retired(DmaTransfer transfer)
    {
        now = Math.Max(now, arrivals[transfer]);
        arrivals.Remove(transfer);
    }

    internal override void Filled(in FillStep step) => now += costs.FillCycles(step.Region.TotalBytes);

    internal override void Computed(ComputeStep step)
    {
        if (step is ConvolutionStep convolution)
        {
            ConvolutionWork work = ConvolutionWork.OfKernelCall(
                convolution.KernelShape, convolution.Plan.InputRowPitchBytes, convolution.ComputedRows, convolution.ComputedChannels);
            now += costs.TileCycles + costs.KernelCycles(work) + costs.EpilogueCycles(work);
            return;
        }

        now += costs.FillCycles(step.Reads.Sum(static region => region.TotalBytes) + step.Writes.Sum(static region => region.TotalBytes));
    }
}
