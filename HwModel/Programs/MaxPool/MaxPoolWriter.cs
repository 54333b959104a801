using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Programs.MaxPool;

/// <summary>Writes float32 max pooling: stride 2 in tiles or through the cache, other strides through the cache as the portable kernel.</summary>
/// <remarks>Operator contract, section 2. A geometry whose smallest tile fits no bank takes the cache path.</remarks>
internal static class MaxPoolWriter
{
    private const int VectorStride = 2;

    public static TileProgram Write(CallRequest request, OperatorPolicy policy)
    {
        var call = (MaxPool2dCall)request.Call;
        MaxPoolTilePlan? plan = call.Shape.Stride == VectorStride && request.Routing != OperatorRouting.Direct
            ? PlanOf(call.Shape, request.Machine, policy.IsPublished)
            : null;
        OperatorPath path = plan is not null ? OperatorPath.Dma : call.Shape.Stride == VectorStride ? OperatorPath.Direct : OperatorPath.Portable;
        var builder = new TileProgramBuilder();
        var steps = new MaxPoolSteps(builder, call);
        MaxPoolTileWriter? tiles = plan is null ? null : new MaxPoolTileWriter(builder, steps, plan, waitsInLoop: !policy.IsPublished);
        MaxPoolCacheWriter? bands = plan is null ? new MaxPoolCacheWriter(builder, steps, request.Machine.CacheScratchBytes) : null;
        builder.WriteBack(builder.Whole(steps.Input));
        if (policy.InvalidatesOutputFirst)
        {
            builder.Invalidate(builder.Whole(steps.Output));
        }

        for (int image = 0; image < call.Input.Shape.Batch; image++)
        {
            builder.Begin(MaxPoolSteps.Kernel, image);
            tiles?.Write(image);
            bands?.Write(image);
            builder.End();
        }

        builder.Invalidate(builder.Whole(steps.Output));
        return builder.Build(call.LayerKey, new CallPlan(path, plan?.ToString() ?? CallPlan.Whole) { MaxPool = plan });
    }

    /// <summary>The published plan may overflow a bank (hazards M6 and M7).</summary>
    private static MaxPoolTilePlan? PlanOf(MaxPool2dShape shape, DspConfiguration machine, bool isPublished) => isPublished
        ? MaxPoolTilePlanner.PlanAsPublished(shape, machine)
        : MaxPoolTilePlanner.TryPlan(shape, machine);
}
