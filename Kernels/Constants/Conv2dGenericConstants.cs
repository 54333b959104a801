using TileProof.Operators;

namespace TileProof.Kernels.Constants;

/// <summary>Geometry, weights and scales of the generic int8 convolution, which accumulates in single precision (operator contract, section 1e).</summary>
public sealed class Conv2dGenericConstants : KernelConstants
{
    /// <summary>Makes the constants; the arrays are kept, not copied.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="weights"><c>[OC, C / groups, KH, KW]</c>, zero point 0.</param>
    /// <param name="bias">One per output channel, in units of the bias scale.</param>
    /// <param name="biasScales">input scale x weight scale: one, or one per output channel.</param>
    /// <param name="inputZeroPoint">The int8 code of real 0 in the input.</param>
    /// <param name="output">The quantization of the output.</param>
    /// <exception cref="ArgumentException">A length does not match the shape.</exception>
    public Conv2dGenericConstants(
        Conv2dShape shape, sbyte[] weights, int[] bias, float[] biasScales, int inputZeroPoint, QuantizationParameters output)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(bias);
        ArgumentNullException.ThrowIfNull(biasScales);
        RequireLength(weights.Length, shape.WeightCount, "weights", nameof(weights));
        RequireLength(bias.Length, shape.OutChannels, "biases", nameof(bias));
        RequireLength(biasScales.Length, biasScales.Length == 1 ? 1 : shape.OutChannels, "bias scales", nameof(biasScales));
        Shape = shape;
        Weights = weights;
        Bias = bias;
        BiasScales = biasScales;
        Requantization = new GenericRequantization(inputZeroPoint, output.ZeroPoint, (float)(1.0 / output.Scale), biasScales.Length == 1 ? 0 : 1);
    }

    /// <summary>The geometry.</summary>
    public Conv2dShape Shape { get; }

    /// <summary><c>[OC, C / groups, KH, KW]</c>.</summary>
    public sbyte[] Weights { get; }

    /// <summary>One per output channel.</summary>
    public int[] Bias { get; }

    /// <summary>One, or one per output channel.</summary>
    public float[] BiasScales { get; }

    /// <summary>The scalars.</summary>
    public GenericRequantization Requantization { get; }

    internal override IReadOnlyList<Array> Arrays => [Weights, Bias, BiasScales];
}
