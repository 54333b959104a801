using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs.Convolution;
using TileProof.Operators;

namespace TileProof.HwModel.Timing;

/// <summary>Prices the program of a plan with a <see cref="TileSchedule"/>: the same instructions that the executor runs.</summary>
/// <remarks>
/// A kernel call that leaves or continues partial sums is charged the whole requantization of its outputs, which covers the 4 vector
/// loads and stores that the sums of 64 outputs take.
/// </remarks>
internal static class FreeConvolutionProgram
{
    public static void Play(Conv2dTilePlan plan, ConvolutionCosts costs, EventTimeline timeline, bool loadsOutputScales)
    {
        Conv2dShape shape = plan.Shape;
        Conv2dShape fullPass = plan.ShapeOfPass(0);
        Conv2dShape lastPass = plan.ShapeOfPass(plan.PassCount - 1);
        int kernelPlane = shape.KernelHeight * shape.KernelWidth;
        foreach (TileInstruction instruction in FreeTileProgram.Of(plan, loadsOutputScales, timeline.RingDepth))
        {
            TileStep step = instruction.Step;
            int channels = plan.ChannelsInTile(step.ChannelTile);
            int parameterChannels = plan.Schedule!.KeepsAllBiases ? shape.OutChannels : channels;
            int inChannels = plan.InputChannelsOf(step.ChannelTile, step.Pass).Count;
            int summedChannels = shape.Groups == 1 ? inChannels : shape.GroupInChannels;
            switch (instruction.Operation)
            {
                case TileOperation.BeginTile:
                    timeline.Compute(CycleCategory.Control, costs.TileCycles, "tile");
                    break;
                case TileOperation.LoadInput:
                    long inputRows = (long)InputWindow.Of(plan, step.RowTile).RowCount * inChannels;
                    Issue(TransferPurpose.Input, inputRows * shape.InWidth, "input", inputRows);
                    break;
                case TileOperation.LoadCoefficients:
                    Issue(TransferPurpose.Coefficients, (long)kernelPlane * summedChannels * channels, "coefficients", plan.PassCount == 1 ? 1 : channels);
                    break;
                case TileOperation.LoadBiases:
                    Issue(TransferPurpose.Coefficients, (long)sizeof(int) * parameterChannels, "biases");
                    break;
                case TileOperation.LoadOutputScales:
                    Issue(TransferPurpose.Coefficients, (long)sizeof(ushort) * parameterChannels, "output scales");
                    break;
                case TileOperation.StoreOutput:
                    Issue(TransferPurpose.Output, (long)shape.OutWidth * plan.RowsInTile(step.RowTile) * channels, "output", channels);
                    break;
                case TileOperation.Wait:
                    timeline.Wait(instruction.Channel, instruction.OutstandingCount);
                    break;
                case TileOperation.ExtendEdges:
                    // Columns are written beside the rows of the image, where there is padding at the sides.
                    InputWindow window = InputWindow.Of(plan, step.RowTile);
                    int rowsWithSides = shape.PadLeft + shape.PadRight == 0 ? 0 : window.RowCount;
                    bool touchesBorder = window.RowCount < plan.InputRowsPerTile;
                    if (rowsWithSides > 0 || touchesBorder)
                    {
                        timeline.Compute(CycleCategory.EdgeExtension, costs.EdgeExtensionCycles(inChannels, rowsWithSides, touchesBorder), "edges");
                    }

                    break;
                case TileOperation.Compute:
                    var work = ConvolutionWork.OfKernelCall(
                        step.Pass == plan.PassCount - 1 ? lastPass : fullPass, plan.InputRowPitchBytes, plan.RowsInTile(step.RowTile), channels, costs.VectorBytes);
                    timeline.Compute(CycleCategory.Kernel, costs.KernelCycles(work), "kernel");
                    timeline.Compute(CycleCategory.Epilogue, costs.EpilogueCycles(work), "epilogue");
                    break;
            }

            void Issue(TransferPurpose purpose, long bytes, string name, long rows = 1) =>
                timeline.Issue(instruction.Channel, purpose, costs.TransferTime(bytes), bytes, name, rows);
        }
    }
}
