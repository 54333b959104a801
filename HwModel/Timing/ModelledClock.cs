using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;

namespace TileProof.HwModel.Timing;

/// <summary>The clock of the cycle model, with the cost of system memory.</summary>
/// <remarks>
/// Computations other than convolution kernels take one cycle for every vector that they touch; the moment matters to a wrong program only.
/// </remarks>
/// <param name="coefficients">The costs of the machine.</param>
public sealed class ModelledClock(CostCoefficients coefficients) : IMachineClock
{
    private readonly KernelCosts costs = new(coefficients, MachineMode.MemoryModel);

    /// <inheritdoc/>
    public TransferTime TransferTime(long bytes, bool isStore) => costs.TransferTime(bytes, isStore);

    /// <inheritdoc/>
    public double FillCycles(long bytes) => costs.FillCycles(bytes);

    /// <inheritdoc/>
    public double ComputeCycles(ComputeStep step)
    {
        if (step is ProgramStep { Instruction.Parameters: { Kernel: ProgramKernel.Convolution } call, Program.Plan.Convolution: { } plan })
        {
            var work = ConvolutionWork.OfKernelCall(plan.Shape, plan.InputRowPitchBytes, call.Rows, call.OutChannels, inChannels: call.InChannels);
            return costs.TileCycles() + costs.KernelCycles(work) + costs.EpilogueCycles(work);
        }

        return costs.FillCycles(step.Reads.Sum(static region => region.TotalBytes) + step.Writes.Sum(static region => region.TotalBytes));
    }
}
