using TileProof.Operators;

namespace TileProof.Verification.Vectors;

/// <summary>One convolution with its input and the outputs that a device or simulator produced for it.</summary>
/// <remarks>The requantization integers belong to the derivation that adds the output zero point after the kernel (operator contract, section 1a.3).</remarks>
public sealed record LayerVector
{
    /// <summary>The name of the folder that it was read from.</summary>
    public required string Name { get; init; }

    /// <summary>The geometry.</summary>
    public required Conv2dShape Shape { get; init; }

    /// <summary>Scale and zero point of the input (<c>in_scale</c>, <c>in_zp</c>).</summary>
    public required QuantizationParameters InputQuantization { get; init; }

    /// <summary>Scale and zero point of the output (<c>out_scale</c>, <c>out_zp</c>).</summary>
    public required QuantizationParameters OutputQuantization { get; init; }

    /// <summary>The real value of one accumulator unit: input scale x weight scale.</summary>
    public required float BiasScale { get; init; }

    /// <summary>The first right shift, 0..23 (<c>accum_shift</c>).</summary>
    public required int AccumulatorShift { get; init; }

    /// <summary>The unsigned 16-bit multiplier, 1..65535 (<c>u16_output_scale</c>).</summary>
    public required ushort OutputScaleMultiplier { get; init; }

    /// <summary>The second right shift, 0..31.</summary>
    public required int OutputShift { get; init; }

    /// <summary>The quantized input <c>[1, C, H, W]</c>.</summary>
    public required sbyte[] Input { get; init; }

    /// <summary>The weights <c>[OC, C, KH, KW]</c>, zero point 0.</summary>
    public required sbyte[] Weights { get; init; }

    /// <summary>The bias per output channel, in accumulator units.</summary>
    public required int[] Bias { get; init; }

    /// <summary>What the optimized kernel produced, <c>[1, OC, OH, OW]</c>.</summary>
    public required sbyte[] ExpectedOptimized { get; init; }

    /// <summary>What the generic float-accumulating kernel produced, <c>[1, OC, OH, OW]</c>; null when the folder has none.</summary>
    public sbyte[]? ExpectedGeneric { get; init; }
}
