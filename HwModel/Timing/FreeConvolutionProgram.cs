using TileProof.HwModel.Executors;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Timing;

/// <summary>Prices the program of a plan with a <see cref="TileSchedule"/>: the same instructions that the executor runs.</summary>
/// <remarks>
/// A kernel call that leaves or continues partial sums is charged the whole requantization of its outputs, which covers the 4 vector
/// loads and stores that the sums of 64 outputs take. Biases are loaded; scales are not, as in the published per-tensor programs.
/// </remarks>
internal static class FreeConvolutionProgram
{
    public static void Play(Conv2dTilePlan plan, ConvolutionCosts costs, EventTimeline timeline)
    {
        Conv2dShape shape = plan.Shape;
        Conv2dShape fullPass = PassShape(plan, 0);
        Conv2dShape lastPass = PassShape(plan, plan.PassCount - 1);
        int kernelPlane = shape.KernelHeight * shape.KernelWidth;
        foreach (TileInstruction instruction in FreeTileProgram.Of(plan, usesOutputScales: false, timeline.RingDepth))
        {
            TileStep step = instruction.Step;
            int channels = plan.ChannelsInTile(step.ChannelTile);
            int inChannels = plan.InputChannelsInPass(step.Pass);
            switch (instruction.Operation)
            {
                case TileOperation.LoadInput:
                    Issue(TransferPurpose.Input, (long)InputWindow.Of(plan, step.RowTile).RowCount * shape.InWidth * inChannels, "input");
                    break;
                case TileOperation.LoadCoefficients:
                    Issue(TransferPurpose.Coefficients, (long)kernelPlane * inChannels * channels, "coefficients");
                    break;
                case TileOperation.LoadBiases:
                    Issue(TransferPurpose.Coefficients, plan.Schedule!.KeepsAllBiases ? plan.BiasBufferBytes : sizeof(int) * channels, "biases");
                    break;
                case TileOperation.StoreOutput:
                    Issue(TransferPurpose.Output, (long)shape.OutWidth * plan.RowsInTile(step.RowTile) * channels, "output");
                    break;
                case TileOperation.Wait:
                    timeline.Wait(instruction.Channel, instruction.OutstandingCount);
                    break;
                case TileOperation.ExtendEdges:
                    InputWindow window = InputWindow.Of(plan, step.RowTile);
                    timeline.Compute(
                        CycleCategory.EdgeExtension,
                        costs.EdgeExtensionCycles(inChannels, window.RowCount, window.RowCount < plan.InputRowsPerTile),
                        "edges");
                    break;
                case TileOperation.Compute:
                    timeline.Compute(CycleCategory.Control, costs.TileCycles, "tile");
                    var work = ConvolutionWork.OfKernelCall(
                        step.Pass == plan.PassCount - 1 ? lastPass : fullPass, plan.InputRowPitchBytes, plan.RowsInTile(step.RowTile), channels);
                    timeline.Compute(CycleCategory.Kernel, costs.KernelCycles(work), "kernel");
                    timeline.Compute(CycleCategory.Epilogue, costs.EpilogueCycles(work), "epilogue");
                    break;
            }

            void Issue(TransferPurpose purpose, long bytes, string name) =>
                timeline.Issue(instruction.Channel, purpose, costs.TransferTime(bytes), bytes, name);
        }
    }

    /// <summary>The geometry that the kernel of a pass sees.</summary>
    internal static Conv2dShape PassShape(Conv2dTilePlan plan, int pass)
    {
        Conv2dShape shape = plan.Shape;
        return plan.PassCount == 1
            ? shape
            : Conv2dShape.Create(
                plan.InputChannelsInPass(pass), shape.InHeight, shape.InWidth, shape.OutChannels, shape.KernelHeight, shape.KernelWidth, shape.Stride, shape.Padding);
    }
}
