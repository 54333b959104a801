using TileProof.Operators.Requantizing;

namespace TileProof.Operators.Calls;

/// <summary>An int8 convolution. Input <c>[N, C, H, W]</c>, output <c>[N, OC, OH, OW]</c>.</summary>
public sealed record Conv2dCall : OperatorCall
{
    /// <summary>The geometry.</summary>
    public required Conv2dShape Shape { get; init; }

    /// <summary>int8 weights <c>[OC, C / groups, KH, KW]</c>, symmetric (zero point 0).</summary>
    public required sbyte[] Weights { get; init; }

    /// <summary>int32 bias per output channel, in units of input scale x weight scale.</summary>
    public required int[] Bias { get; init; }

    /// <summary>The weight scale: one for the tensor, or one per output channel.</summary>
    public required float[] WeightScales { get; init; }

    /// <summary>The smallest output level; above -128 where a clip such as ReLU6 cuts into the levels.</summary>
    public int ClampMinimum { get; init; } = sbyte.MinValue;

    /// <summary>The largest output level; below 127 where a clip cuts into the levels.</summary>
    public int ClampMaximum { get; init; } = sbyte.MaxValue;

    /// <summary>Whether the limits leave some int8 level out.</summary>
    public bool IsClamped => ClampMinimum > sbyte.MinValue || ClampMaximum < sbyte.MaxValue;

    /// <inheritdoc/>
    public override OperatorKind Kind => OperatorKind.Conv2d;

    /// <inheritdoc/>
    public override string LayerKey => Shape.ConfigKey;

    /// <inheritdoc/>
    public override long MultiplyAccumulates => Shape.MultiplyAccumulates * Input.Shape.Batch;

    /// <summary>The bias scales that a model file states where they are not the single-precision product of input and weight scale; else null.</summary>
    /// <remarks>One per weight scale. Exporters that multiply in double precision store products that no pair of floats gives.</remarks>
    public float[]? StatedBiasScales { get; init; }

    /// <summary>input scale x weight scale, one single-precision product each, unless the model states them.</summary>
    public float[] BiasScales => StatedBiasScales ?? Array.ConvertAll(WeightScales, scale => Input.RequiredQuantization.Scale * scale);

    /// <summary>The requantization integers that the driver derives for this call.</summary>
    public Requantization Requantize(ParameterDerivation derivation)
    {
        int zeroPoint = Output.RequiredQuantization.ZeroPoint;
        Requantization derived = RequantizationDeriver.Derive(
            Shape,
            Weights,
            Bias,
            Array.ConvertAll(BiasScales, biasScale => RequantizationDeriver.EffectiveScale(biasScale, Output.RequiredQuantization.Scale)),
            Input.RequiredQuantization.ZeroPoint,
            zeroPoint,
            derivation);

        // The earlier driver adds the zero point behind the kernel, so that the limits of its kernel lie before it.
        int behind = derivation == ParameterDerivation.WorstCase ? zeroPoint : 0;
        return IsClamped
            ? derived with { ClampMinimum = KernelLimit(ClampMinimum, sbyte.MinValue, behind), ClampMaximum = KernelLimit(ClampMaximum, sbyte.MaxValue, behind) }
            : derived;
    }

    private static int KernelLimit(int limit, int unlimited, int behind) => limit == unlimited ? limit : Math.Clamp(limit - behind, sbyte.MinValue, sbyte.MaxValue);
}
