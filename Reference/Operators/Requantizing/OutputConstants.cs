namespace TileProof.Operators.Requantizing;

/// <summary>All that the output of a convolution kernel depends on beside its accumulator.</summary>
/// <param name="AccumulatorShift">The first right shift, 0..23.</param>
/// <param name="OutputScale">The 16-bit multiplier.</param>
/// <param name="OutputShift">The second right shift, 0..31.</param>
/// <param name="ClampMinimum">The lower limit.</param>
/// <param name="ClampMaximum">The upper limit.</param>
public readonly record struct OutputConstants(int AccumulatorShift, ushort OutputScale, int OutputShift, int ClampMinimum, int ClampMaximum)
{
    /// <summary>The constants of an output channel.</summary>
    public static OutputConstants Of(Requantization requantization, int outChannel)
    {
        ArgumentNullException.ThrowIfNull(requantization);
        return new OutputConstants(
            requantization.AccumulatorShift, requantization.OutputScaleOf(outChannel), requantization.OutputShift, requantization.ClampMinimum, requantization.ClampMaximum);
    }

    /// <summary>A requantization with these constants and kernel biases as given, for kernels that take one.</summary>
    public Requantization With(int[] kernelBias) => new()
    {
        InputZeroPoint = 0,
        AccumulatorShift = AccumulatorShift,
        OutputScales = [OutputScale],
        OutputShift = OutputShift,
        KernelBias = kernelBias,
        ClampMinimum = ClampMinimum,
        ClampMaximum = ClampMaximum,
    };
}
