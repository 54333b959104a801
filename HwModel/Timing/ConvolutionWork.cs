using TileProof.Operators;

namespace TileProof.HwModel.Timing;

/// <summary>What one call of a convolution kernel issues, counted from its loop structure (operator contract, section 12.2).</summary>
/// <param name="Variant">The loop.</param>
/// <param name="Steps">Spatial steps times channel groups; each ends with an epilogue.</param>
/// <param name="InnerIterations">Steps times passes over the input channels.</param>
/// <param name="MultiplySlots">Multiply instructions.</param>
/// <param name="VectorLoads">Vector loads, primes included.</param>
/// <param name="Gathers">Coefficient gathers.</param>
/// <param name="Shuffles">Lane shuffles that separate even and odd columns.</param>
/// <param name="Packs">Accumulators of 64 outputs requantized.</param>
public readonly record struct ConvolutionWork(
    ConvolutionVariant Variant, long Steps, long InnerIterations, long MultiplySlots, long VectorLoads, long Gathers, long Shuffles, long Packs)
{
    /// <summary>Counts a kernel call.</summary>
    /// <param name="shape">The geometry of the layer.</param>
    /// <param name="inputRowPitchBytes">Bytes from one input row to the next.</param>
    /// <param name="rows">Output rows computed.</param>
    /// <param name="channels">Output channels computed.</param>
    /// <param name="vectorBytes">Bytes of a vector.</param>
    /// <param name="inChannels">Input channels that the call reads; null for all.</param>
    public static ConvolutionWork OfKernelCall(
        Conv2dShape shape, int inputRowPitchBytes, int rows, int channels, int vectorBytes = KernelStructure.PublishedVectorBytes, int? inChannels = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        int summedChannels = shape.Groups == 1 ? inChannels ?? shape.InChannels : shape.GroupInChannels;
        var kernel = KernelStructure.Of(shape, inputRowPitchBytes, vectorBytes, summedChannels);
        long spatialSteps = kernel.IsFlattened
            ? DivideRoundUp((long)shape.OutWidth * rows, kernel.StepColumns)
            : DivideRoundUp(shape.OutWidth, kernel.StepColumns) * DivideRoundUp(rows, kernel.StepRows);
        long steps = spatialSteps * ChannelSteps(shape, channels, kernel.GroupChannels);
        long inner = steps * DivideRoundUp(summedChannels, kernel.InnerChannels);
        return new ConvolutionWork(
            kernel.Variant,
            steps,
            inner,
            inner * kernel.MultiplySlots,
            inner * kernel.VectorLoads,
            inner * kernel.Gathers,
            inner * kernel.Shuffles,
            steps * kernel.Accumulators);
    }

    /// <summary>Passes over output channels; none goes over the end of a group.</summary>
    private static long ChannelSteps(Conv2dShape shape, int channels, int channelsOfStep) => channels <= shape.GroupOutChannels
        ? DivideRoundUp(channels, channelsOfStep)
        : channels / shape.GroupOutChannels * DivideRoundUp(shape.GroupOutChannels, channelsOfStep);

    internal static long DivideRoundUp(long value, long divisor) => (value + divisor - 1) / divisor;
}
