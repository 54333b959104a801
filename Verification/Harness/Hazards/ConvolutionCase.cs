using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.Verification.Hazards;

/// <summary>One convolution with seeded data: what the hazard, mutation and metamorphic checks run on the simulated DSP.</summary>
/// <param name="Shape">The geometry.</param>
/// <param name="Batch">N, images.</param>
/// <param name="Input">int8 <c>[N, C, H, W]</c>.</param>
/// <param name="Weights">int8 <c>[OC, C, KH, KW]</c>.</param>
/// <param name="Requantization">The integers of the layer.</param>
public sealed record ConvolutionCase(Conv2dShape Shape, int Batch, sbyte[] Input, sbyte[] Weights, Requantization Requantization)
{
    private const int InputZeroPoint = -9;
    private const int OutputZeroPoint = 7;

    /// <summary>Three standard deviations of the output are spread over this many levels.</summary>
    private const float OutputLevels = 100f;

    /// <summary>Makes a case whose outputs use most of the int8 range.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="batch">N, 1 or more.</param>
    /// <param name="seed">Decides every byte.</param>
    public static ConvolutionCase Create(Conv2dShape shape, int batch, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        CounterRandom random = CounterRandom.FromSeed(unchecked((ulong)seed));
        sbyte[] input = random.Stream("input").Levels(shape.InputShape(batch).ElementCount);
        sbyte[] weights = random.Stream("weights").Levels(shape.WeightCount);
        int[] bias = Array.ConvertAll(random.Stream("bias").Levels(shape.OutChannels), static value => value * 37);

        // A uniform int8 has a standard deviation of 74, so a sum of K products one of 74 * 74 * sqrt(K).
        float deviation = 74f * 74f * MathF.Sqrt(shape.WeightsPerOutChannel);
        Requantization requantization = RequantizationDeriver.Derive(
            shape, weights, bias, [OutputLevels / (3f * deviation)], InputZeroPoint, OutputZeroPoint, ParameterDerivation.L1Norm);
        return new ConvolutionCase(shape, batch, input, weights, requantization);
    }
}
