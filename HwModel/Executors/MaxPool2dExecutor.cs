using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>float32 max pooling: stride 2 in tiles or through the cache, other strides through the cache as the portable kernel.</summary>
/// <remarks>Operator contract, section 2. A geometry whose smallest tile fits no bank takes the cache path.</remarks>
internal static class MaxPool2dExecutor
{
    private const int VectorStride = 2;

    public static ExecutedOperator Run(DspMachine machine, MaxPool2dCall call, MemoryBuffer input, MemoryBuffer output, OperatorRouting routing)
    {
        var operands = new MaxPoolOperands(machine, call, input, output);
        MaxPoolTilePlan? plan = call.Shape.Stride == VectorStride && routing != OperatorRouting.Direct
            ? Plan(machine.Configuration, call.Shape)
            : null;
        OperatorPath path = plan is not null ? OperatorPath.Dma : call.Shape.Stride == VectorStride ? OperatorPath.Direct : OperatorPath.Portable;
        machine.WriteBackCache(input.Whole());
        machine.InvalidateBeforeStores(output);
        for (int image = 0; image < call.Input.Shape.Batch; image++)
        {
            machine.BeginProgram($"{MaxPoolOperands.Kernel} {call.LayerKey}");
            if (plan is not null)
            {
                new MaxPoolTileRun(operands, plan, image).Run();
            }
            else
            {
                MaxPoolCacheRun.Run(operands, path, image);
            }

            machine.EndProgram();
        }

        machine.InvalidateCache(output.Whole());
        return new ExecutedOperator(path, plan?.ToString() ?? ExecutedOperator.Whole) { MaxPoolPlan = plan };
    }

    /// <summary>The published plan may overflow a bank (hazards M6 and M7).</summary>
    private static MaxPoolTilePlan? Plan(DspConfiguration configuration, MaxPool2dShape shape) => configuration.KernelVariant == KernelVariant.Corrected
        ? MaxPoolTilePlanner.TryPlan(shape, configuration)
        : MaxPoolTilePlanner.PlanAsPublished(shape, configuration.Dram0Bytes, configuration.Dram1Bytes);
}
