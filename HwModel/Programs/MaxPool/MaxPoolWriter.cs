using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Programs.MaxPool;

/// <summary>Writes max pooling, and average pooling of levels, in tiles or through the cache.</summary>
/// <remarks>
/// Operator contract, section 2. A geometry whose smallest tile fits no bank takes the cache path. The published library has tiles for float32 elements, stride 2 and as much
/// padding on every side; it computes others by the portable kernel, for which there are tiles here in the corrected library. Average pooling has the same loops with another
/// kernel, and no published program.
/// </remarks>
internal static class MaxPoolWriter
{
    private const int VectorStride = 2;

    /// <summary>Whether the published library computes a max pooling in tiles.</summary>
    public static bool IsPublished(MaxPool2dCall call) => call.Input.ElementType == ElementType.Float32 && call.Shape.IsUniform && call.Shape.Stride == VectorStride;

    public static TileProgram Write(CallRequest request, OperatorPolicy policy)
    {
        OperatorCall call = request.Call;
        bool hasPublishedTiles = call is MaxPool2dCall pool && IsPublished(pool);
        MaxPoolTilePlan? plan = (hasPublishedTiles || !policy.IsPublished) && request.Routing != OperatorRouting.Direct
            ? PlanOf(ShapeOf(call), call.Input.ElementType, request.Machine, policy.IsPublished)
            : null;
        OperatorPath path = plan is not null ? OperatorPath.Dma : hasPublishedTiles || call is AveragePool2dCall ? OperatorPath.Direct : OperatorPath.Portable;
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
            builder.Begin(steps.Kernel, image);
            tiles?.Write(image);
            bands?.Write(image);
            builder.End();
        }

        builder.Invalidate(builder.Whole(steps.Output));
        return builder.Build(call.LayerKey, new CallPlan(path, plan?.ToString() ?? CallPlan.Whole) { MaxPool = plan });
    }

    /// <summary>The published plan may overflow a bank (hazards M6 and M7).</summary>
    private static MaxPoolTilePlan? PlanOf(MaxPool2dShape shape, ElementType elementType, DspConfiguration machine, bool isPublished) => isPublished
        ? MaxPoolTilePlanner.PlanAsPublished(shape, machine)
        : MaxPoolTilePlanner.TryPlan(shape, machine, elementType.SizeBytes());

    private static MaxPool2dShape ShapeOf(OperatorCall call) => call is AveragePool2dCall average ? average.Shape : ((MaxPool2dCall)call).Shape;
}
