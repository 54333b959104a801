using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Programs.Convolution;

/// <summary>Writes what the host code does around a convolution kernel: cache maintenance, dispatch by name, and the residual correction.</summary>
/// <remarks>Operator contract, sections 1b.1, 1b.2 and 1a.5; what the libraries do differently stands in <see cref="ConvolutionPolicy"/>.</remarks>
internal static class ConvolutionWriter
{
    private const string DmaSuffix = "_dma";
    private const string CacheSuffix = "_no_dma";

    public static TileProgram Write(ConvolutionRequest request, ConvolutionPolicy policy)
    {
        var builder = new TileProgramBuilder();
        Conv2dTilePlan plan = WriteTo(builder, request, policy);
        return builder.Build(plan.Shape.ConfigKey, CallPlan.Of(plan, plan.ToString()));
    }

    /// <summary>Writes the instructions; returns the plan that they carry out.</summary>
    public static Conv2dTilePlan WriteTo(TileProgramBuilder builder, ConvolutionRequest request, ConvolutionPolicy policy)
    {
        Conv2dShape shape = request.Plan.Shape;
        string kernelName = request.RunsWithoutDma ? policy.NameWithoutDma(request.Plan) : request.Plan.KernelName;
        Conv2dTilePlan plan = PlanOf(request.Plan, kernelName);
        var tensors = ConvolutionTensors.Of(builder, shape, request.Batch, request.Requantization.IsPerChannel);
        IConvolutionImageWriter? images = WriterOf(request with { Plan = plan }, kernelName, policy, builder, tensors);
        WriteBackInputs(builder, tensors);
        // A program with a schedule of its own is one of the corrected ones.
        if (policy.InvalidatesOutputFirst || plan is FreePlan)
        {
            builder.Invalidate(builder.Whole(tensors.Output));
        }

        for (int image = 0; image < (policy.ComputesEveryImage ? request.Batch : 1); image++)
        {
            builder.Begin(kernelName, image);
            if ((images is null ? $"no kernel is called {kernelName}" : images.Write(image)) is { } refusal)
            {
                builder.Refuse(kernelName, refusal);
            }

            builder.End();
        }

        builder.Invalidate(builder.Whole(tensors.Output));
        if (request.CorrectsResiduals)
        {
            ProgramRegion output = builder.Whole(tensors.Output);
            builder.Compute("residual correction", new KernelParameters(ProgramKernel.ResidualCorrection, OutChannels: shape.OutChannels), default, [output], [output]);
            builder.WriteBack(output);
        }

        return plan;
    }

    /// <summary>The plan of the kernel that the name calls.</summary>
    private static Conv2dTilePlan PlanOf(Conv2dTilePlan plan, string kernelName) =>
        plan is TiledPlan && kernelName == plan.Kernel + CacheSuffix ? CachePlan.Of(plan.Shape) : plan;

    private static IConvolutionImageWriter? WriterOf(
        ConvolutionRequest request, string kernelName, ConvolutionPolicy policy, TileProgramBuilder builder, ConvolutionTensors tensors)
    {
        return request.Plan switch
        {
            FreePlan free => new FreeConvolutionWriter(builder, request, free, tensors),
            TiledPlan tiled when kernelName == tiled.Kernel + DmaSuffix => new TiledConvolutionWriter(builder, request, tiled, tensors, policy),
            CachePlan cache when kernelName == cache.Kernel + CacheSuffix => new CacheConvolutionWriter(builder, request, cache, tensors, policy),
            _ => null,
        };
    }

    private static void WriteBackInputs(TileProgramBuilder builder, ConvolutionTensors tensors)
    {
        builder.WriteBack(builder.Whole(tensors.Biases));
        builder.WriteBack(builder.Whole(tensors.Input));
        builder.WriteBack(builder.Whole(tensors.Weights));
        if (tensors.OutputScales is { } scales)
        {
            builder.WriteBack(builder.Whole(scales));
        }
    }
}
