using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;

namespace TileProof.HwModel.Timing;

/// <summary>Bytes move when the cycle model says, with the cost of system memory: transfers of a channel follow each other while the core fills and computes.</summary>
/// <remarks>
/// A transfer lands as a whole when its last byte has arrived. Computations other than convolution kernels take one cycle for every vector
/// that they touch; the moment matters to a wrong program only.
/// </remarks>
/// <param name="coefficients">The costs of the machine.</param>
public sealed class LandAtModelledTime(CostCoefficients coefficients) : LandingPolicy
{
    private readonly KernelCosts costs = new(coefficients, MachineMode.MemoryModel);
    private readonly Dictionary<DmaTransfer, double> arrivals = [];
    private readonly double[] channelFree = new double[2];
    private double now;

    /// <inheritdoc/>
    public override string Name => "modelled";

    internal override void Issued(DmaEngine engine, DmaTransfer transfer)
    {
        TransferTime time = costs.TransferTime(transfer.Descriptor.Source.TotalBytes, isStore: transfer.Descriptor.Destination.Buffer.Space is SystemMemory);
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

    internal override void Computed(ComputeStep step) => now += ComputeCycles(step);

    private double ComputeCycles(ComputeStep step)
    {
        if (step is ProgramStep { Instruction.Parameters: { Kernel: ProgramKernel.Convolution } call, Program.Plan.Convolution: { } plan })
        {
            var work = ConvolutionWork.OfKernelCall(plan.Shape, plan.InputRowPitchBytes, call.Rows, call.OutChannels, inChannels: call.InChannels);
            return costs.TileCycles() + costs.KernelCycles(work) + costs.EpilogueCycles(work);
        }

        return costs.FillCycles(step.Reads.Sum(static region => region.TotalBytes) + step.Writes.Sum(static region => region.TotalBytes));
    }
}
