using TileProof.Golden.Onnx;
using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.Golden.OnnxRuntime;

/// <summary>The integer golden graph of a convolution, from standard ONNX operators only.</summary>
/// <remarks>
/// <para>
/// <c>ConvInteger</c> is exact for unsigned activations and weights, so both are moved from int8 to uint8 by 128, and so are
/// their zero points. It subtracts the zero point before it multiplies and pads with real 0; the hardware pads with the zero
/// point's code and folds the zero point into its bias. The two differ by <c>inputZeroPoint * sum(weights)</c> per channel,
/// which the graph adds back.
/// </para>
/// <para>
/// The wrap to 24 bits is a mask around an offset of 2^23. What follows is double arithmetic on integers far below 2^53 and
/// powers of two, hence exact: rounding half up is <c>Floor</c> after adding half, saturation is <c>Clip</c>.
/// </para>
/// </remarks>
internal static class ConvolutionGraph
{
    private const int Offset24 = 1 << 23;
    private const int Mask24 = (1 << 24) - 1;

    /// <summary>Builds the model.</summary>
    /// <exception cref="ArgumentException">A length does not match the shape, or a requantization field is outside the hardware's range.</exception>
    public static byte[] Build(Conv2dShape shape, int batch, ReadOnlySpan<sbyte> weights, Requantization requantization)
    {
        ConvolutionArguments.Require(shape, requantization);
        var graph = new OnnxGraphBuilder("conv2d");
        string input = graph.AddInput(GraphNames.Input, OnnxElementType.Int8, GraphNames.DimensionsOf(shape.InputShape(batch)));
        string sum = AddSumOfProducts(graph, input, shape, weights, requantization.InputZeroPoint);
        string accumulator = AddWrappedAccumulator(graph, sum, shape, weights, requantization);
        string level = AddRequantization(graph, accumulator, shape, requantization);
        graph.AddNamedNode(GraphNames.Output, "Cast", [level], OnnxAttributeValue.Int("to", (long)OnnxElementType.Int8));
        graph.AddOutput(GraphNames.Output, OnnxElementType.Int8, GraphNames.DimensionsOf(shape.OutputShape(batch)));
        return graph.Build();
    }

    private static string AddSumOfProducts(
        OnnxGraphBuilder graph, string input, Conv2dShape shape, ReadOnlySpan<sbyte> weights, int inputZeroPoint)
    {
        string unsignedInput = UnsignedBytes.AddFlip(graph, input);
        string unsignedWeights = graph.AddInitializer<byte>("weights", UnsignedBytes.Of(weights), GraphNames.DimensionsOf(shape.WeightShape()));
        return graph.AddNode(
            "ConvInteger",
            [unsignedInput, unsignedWeights, UnsignedBytes.AddZeroPoint(graph, inputZeroPoint), UnsignedBytes.AddZeroPoint(graph, 0)],
            OnnxAttributeValue.Ints("kernel_shape", shape.KernelHeight, shape.KernelWidth),
            OnnxAttributeValue.Ints("pads", shape.PadTop, shape.PadLeft, shape.PadBottom, shape.PadRight),
            OnnxAttributeValue.Ints("strides", shape.StrideHeight, shape.StrideWidth),
            OnnxAttributeValue.Ints("dilations", shape.DilationHeight, shape.DilationWidth),
            OnnxAttributeValue.Int("group", shape.Groups));
    }

    /// <summary>The 24-bit accumulator plus 2^23, as int32 in 0..2^24 - 1.</summary>
    private static string AddWrappedAccumulator(
        OnnxGraphBuilder graph, string sum, Conv2dShape shape, ReadOnlySpan<sbyte> weights, Requantization requantization)
    {
        var offsetBias = new int[shape.OutChannels];
        for (int o = 0; o < offsetBias.Length; o++)
        {
            int weightSum = 0;
            foreach (sbyte weight in weights.Slice(o * shape.WeightsPerOutChannel, shape.WeightsPerOutChannel))
            {
                weightSum += weight;
            }

            // Only the low 24 bits matter from here on, so int32 may wrap.
            offsetBias[o] = unchecked(requantization.KernelBias[o] + (requantization.InputZeroPoint * weightSum) + Offset24);
        }

        string bias = graph.AddInitializer<int>("bias", offsetBias, 1, shape.OutChannels, 1, 1);
        return graph.AddNode("BitwiseAnd", [graph.AddNode("Add", [sum, bias]), graph.AddScalar(Mask24)]);
    }

    private static string AddRequantization(OnnxGraphBuilder graph, string offsetAccumulator, Conv2dShape shape, Requantization requantization)
    {
        string accumulator = graph.AddNode("Sub", [graph.AddCast(offsetAccumulator, OnnxElementType.Float64), graph.AddScalar((double)Offset24)]);
        string shifted = AddRoundHalfUpShift(graph, accumulator, requantization.AccumulatorShift);
        string saturated = AddClip(graph, shifted, short.MinValue, short.MaxValue);
        double[] scales = Array.ConvertAll(requantization.OutputScales, static scale => (double)scale);
        string scale = graph.AddInitializer<double>("output_scale", scales, 1, scales.Length, 1, 1);
        string rescaled = AddRoundHalfUpShift(graph, graph.AddNode("Mul", [saturated, scale]), requantization.OutputShift);
        string level = AddClip(
            graph, AddClip(graph, rescaled, short.MinValue, short.MaxValue), requantization.ClampMinimum, requantization.ClampMaximum);
        if (!requantization.HasPostCorrection)
        {
            return level;
        }

        double[] corrections = Array.ConvertAll(requantization.PostCorrection, static correction => (double)correction);
        string correction = graph.AddInitializer<double>("post_correction", corrections, 1, shape.OutChannels, 1, 1);
        return AddClip(graph, graph.AddNode("Add", [level, correction]), sbyte.MinValue, sbyte.MaxValue);
    }

    private static string AddRoundHalfUpShift(OnnxGraphBuilder graph, string value, int shift)
    {
        if (shift == 0)
        {
            return value;
        }

        string biased = graph.AddNode("Add", [value, graph.AddScalar((double)(1L << (shift - 1)))]);
        return graph.AddNode("Floor", [graph.AddNode("Mul", [biased, graph.AddScalar(1.0 / (1L << shift))])]);
    }

    private static string AddClip(OnnxGraphBuilder graph, string value, int minimum, int maximum) =>
        graph.AddNode("Clip", [value, graph.AddScalar((double)minimum), graph.AddScalar((double)maximum)]);
}
