namespace TileProof.Operators.Requantizing;

/// <summary>The integers that take a 24-bit accumulator of a convolution to an int8 output, as the kernels receive them.</summary>
/// <remarks>
/// Per output element (operator contract, section 1a.4), with <c>rhu</c> the arithmetic right shift that rounds half up:
/// <code>
/// acc = wrap24(KernelBias[o] + sum x * w)
/// v   = sat16(rhu(acc, AccumulatorShift))
/// r   = sat16(rhu(v * OutputScale[o], OutputShift))
/// y   = min(max(r, ClampMinimum), ClampMaximum)
/// out = sat8(y + PostCorrection[o])
/// </code>
/// </remarks>
public sealed record Requantization
{
    /// <summary>The int8 code of real 0 in the input; padding reads it.</summary>
    public required int InputZeroPoint { get; init; }

    /// <summary>The first right shift, 0..23.</summary>
    public required int AccumulatorShift { get; init; }

    /// <summary>The unsigned 16-bit multiplier: one for the tensor, or one per output channel.</summary>
    public required ushort[] OutputScales { get; init; }

    /// <summary>The second right shift, 0..31.</summary>
    public required int OutputShift { get; init; }

    /// <summary>The start value of the accumulator per output channel; the kernel keeps its low 24 bits.</summary>
    public required int[] KernelBias { get; init; }

    /// <summary>Added per output channel by the driver after the int8 saturation of the kernel, then saturated again; empty for none.</summary>
    public int[] PostCorrection { get; init; } = [];

    /// <summary>The lower limit that the kernel applies.</summary>
    public int ClampMinimum { get; init; } = sbyte.MinValue;

    /// <summary>The upper limit that the kernel applies.</summary>
    public int ClampMaximum { get; init; } = sbyte.MaxValue;

    /// <summary>Whether every output channel has a multiplier of its own.</summary>
    public bool IsPerChannel => OutputScales.Length > 1;

    /// <summary>Whether the driver corrects the output after the kernel.</summary>
    public bool HasPostCorrection => Array.Exists(PostCorrection, static correction => correction != 0);

    /// <summary>The multiplier of one output channel.</summary>
    public ushort OutputScaleOf(int outChannel) => OutputScales[IsPerChannel ? outChannel : 0];

    /// <summary>The correction of one output channel.</summary>
    public int PostCorrectionOf(int outChannel) => PostCorrection.Length == 0 ? 0 : PostCorrection[outChannel];
}
