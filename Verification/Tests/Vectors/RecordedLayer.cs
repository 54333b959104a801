using System.Runtime.InteropServices;
using TileProof.Golden.Generic;
using TileProof.Golden.Scalar;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.Vectors;

/// <summary>A layer as a right device would have recorded it: 6 channels of 33x47 to 10 channels, 3x3 kernel, so that no two extents are equal.</summary>
internal static class RecordedLayer
{
    public static readonly Conv2dShape Shape = Conv2dShape.Create(6, 33, 47, 10, 3, 3, 1, 1);

    public static LayerVector Create()
    {
        var random = new Random(77);
        sbyte[] input = Bytes(random, Shape.InputShape().ElementCount);
        sbyte[] weights = Bytes(random, Shape.WeightCount);
        int[] bias = [.. Enumerable.Range(0, Shape.OutChannels).Select(_ => random.Next(-3000, 3000))];
        QuantizationParameters inputs = QuantizationParameters.FromScale(0.05f, -3);
        QuantizationParameters outputs = QuantizationParameters.FromScale(0.4f, 9);
        const float biasScale = 0.05f * 0.004f;
        Requantization requantization = RequantizationDeriver.Derive(
            Shape, weights, bias, [RequantizationDeriver.EffectiveScale(biasScale, outputs.Scale)], inputs.ZeroPoint, outputs.ZeroPoint, ParameterDerivation.WorstCase);
        return new LayerVector
        {
            Name = "recorded",
            Shape = Shape,
            InputQuantization = inputs,
            OutputQuantization = outputs,
            BiasScale = biasScale,
            AccumulatorShift = requantization.AccumulatorShift,
            OutputScaleMultiplier = requantization.OutputScales[0],
            OutputShift = requantization.OutputShift,
            Input = input,
            Weights = weights,
            Bias = bias,
            ExpectedOptimized = ScalarConv2d.Compute(Shape, 1, input, weights, requantization).Output,
            ExpectedGeneric = GenericConv2d.Compute(Shape, 1, input, weights, bias, [biasScale], inputs.ZeroPoint, outputs.Scale, outputs.ZeroPoint),
        };
    }

    private static sbyte[] Bytes(Random random, int count)
    {
        sbyte[] levels = new sbyte[count];
        random.NextBytes(MemoryMarshal.AsBytes(levels.AsSpan()));
        return levels;
    }
}
