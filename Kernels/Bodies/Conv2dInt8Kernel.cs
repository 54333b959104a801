using TileProof.Kernels.Arithmetic;
using TileProof.Kernels.Constants;
using TileProof.Kernels.Views;
using TileProof.Operators;

namespace TileProof.Kernels.Bodies;

/// <summary>int8 convolution with a 24-bit accumulator: one work item per output element (operator contract, sections 1a.4 and 1a.5).</summary>
public static class Conv2dInt8Kernel
{
    /// <summary>Computes the output at <paramref name="index"/> of <c>[N, OC, OH, OW]</c>.</summary>
    /// <param name="index">The flat output index.</param>
    /// <param name="input"><c>[N, C, H, W]</c>.</param>
    /// <param name="weights"><c>[OC, C / groups, KH, KW]</c>.</param>
    /// <param name="kernelBias">OC start values; the low 24 bits count.</param>
    /// <param name="outputScales">One multiplier, or OC of them.</param>
    /// <param name="postCorrection">OC corrections.</param>
    /// <param name="shape">The geometry.</param>
    /// <param name="requantization">The scalars.</param>
    public static sbyte Compute<TInt8, TInt32>(
        int index, TInt8 input, TInt8 weights, TInt32 kernelBias, TInt32 outputScales, TInt32 postCorrection, Conv2dShape shape, RequantizationConstants requantization)
        where TInt8 : struct, IReadOnlyView<sbyte>
        where TInt32 : struct, IReadOnlyView<int>
    {
        int outChannel = index / (shape.OutHeight * shape.OutWidth) % shape.OutChannels;
        int sum = Accumulate(index, input, weights, shape, requantization.InputZeroPoint);
        return Requantize(
            sum, kernelBias[outChannel], outputScales[outChannel * requantization.ScaleStride], postCorrection[outChannel], requantization);
    }

    /// <summary>From the sum of products to the int8 output.</summary>
    /// <param name="sum">The sum of products modulo 2^32.</param>
    /// <param name="kernelBias">The start value of the accumulator.</param>
    /// <param name="outputScale">The 16-bit multiplier.</param>
    /// <param name="postCorrection">The driver's correction.</param>
    /// <param name="requantization">The scalars.</param>
    public static sbyte Requantize(int sum, int kernelBias, int outputScale, int postCorrection, RequantizationConstants requantization)
    {
        int accumulator = IntegerArithmetic.Wrap24(unchecked(sum + kernelBias));
        int level = IntegerArithmetic.Saturate16(IntegerArithmetic.ShiftRightRoundingHalfUp(accumulator, requantization.AccumulatorShift));
        int scaled = IntegerArithmetic.Saturate16(IntegerArithmetic.ShiftRightRoundingHalfUp((long)level * outputScale, requantization.OutputShift));
        int clamped = Math.Max(Math.Min(scaled, requantization.ClampMaximum), requantization.ClampMinimum);
        return (sbyte)IntegerArithmetic.Saturate8(unchecked((sbyte)clamped) + postCorrection);
    }

    /// <summary>The sum of products modulo 2^32; the order does not matter, since the sum wraps.</summary>
    private static int Accumulate<TInt8>(int index, TInt8 input, TInt8 weights, Conv2dShape shape, int inputZeroPoint)
        where TInt8 : struct, IReadOnlyView<sbyte>
    {
        int outX = index % shape.OutWidth;
        int outRow = index / shape.OutWidth;
        int outY = outRow % shape.OutHeight;
        int outPlane = outRow / shape.OutHeight;
        int outChannel = outPlane % shape.OutChannels;
        int image = outPlane / shape.OutChannels;
        int channelsPerGroup = shape.InChannels / shape.Groups;
        int firstChannel = outChannel / (shape.OutChannels / shape.Groups) * channelsPerGroup;
        int firstY = (outY * shape.StrideHeight) - shape.PadTop;
        int firstX = (outX * shape.StrideWidth) - shape.PadLeft;
        int weightOffset = outChannel * channelsPerGroup * shape.KernelHeight * shape.KernelWidth;
        int sum = 0;
        for (int channel = 0; channel < channelsPerGroup; channel++)
        {
            int plane = ((image * shape.InChannels) + firstChannel + channel) * shape.InHeight;
            for (int kernelY = 0; kernelY < shape.KernelHeight; kernelY++)
            {
                int y = firstY + (kernelY * shape.DilationHeight);
                for (int kernelX = 0; kernelX < shape.KernelWidth; kernelX++)
                {
                    int x = firstX + (kernelX * shape.DilationWidth);
                    bool inside = y >= 0 && y < shape.InHeight && x >= 0 && x < shape.InWidth;
                    int value = inside ? input[((plane + y) * shape.InWidth) + x] : inputZeroPoint;
                    sum = unchecked(sum + (value * weights[weightOffset]));
                    weightOffset++;
                }
            }
        }

        return sum;
    }
}
