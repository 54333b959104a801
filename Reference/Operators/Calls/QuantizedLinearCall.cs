using System.Globalization;

namespace TileProof.Operators.Calls;

/// <summary>int8 fully connected layer. Input <c>[N, K, 1, 1]</c>, weights <c>[M, K]</c>, output <c>[N, M, 1, 1]</c>.</summary>
public sealed record QuantizedLinearCall : OperatorCall
{
    /// <summary>int8 weights <c>[M, K]</c>.</summary>
    public required sbyte[] Weights { get; init; }

    /// <summary>The int8 code of real 0 in the weights.</summary>
    public int WeightZeroPoint { get; init; }

    /// <summary>The weight scale of the tensor.</summary>
    public required float WeightScale { get; init; }

    /// <summary>int32 bias per output, in units of input scale x weight scale.</summary>
    public required int[] Bias { get; init; }

    /// <summary>The rescaling factor from accumulator to output levels as a Q31 mantissa.</summary>
    public required int OutputMultiplier { get; init; }

    /// <summary>The power of two that goes with <see cref="OutputMultiplier"/>; positive shifts left.</summary>
    public required int OutputShift { get; init; }

    /// <summary>K, the inputs of one output.</summary>
    public int InputFeatures => Input.Shape.ImageElementCount;

    /// <summary>M, the outputs of one row.</summary>
    public int OutputFeatures => Output.Shape.ImageElementCount;

    /// <inheritdoc/>
    public override OperatorKind Kind => OperatorKind.QuantizedLinear;

    /// <inheritdoc/>
    public override string LayerKey => string.Create(CultureInfo.InvariantCulture, $"linear_{InputFeatures}_{OutputFeatures}");

    /// <inheritdoc/>
    public override long MultiplyAccumulates => (long)InputFeatures * OutputFeatures * Input.Shape.Batch;
}
