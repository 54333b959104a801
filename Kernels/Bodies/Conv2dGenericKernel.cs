using TileProof.Kernels.Arithmetic;
using TileProof.Kernels.Constants;
using TileProof.Kernels.Views;
using TileProof.Operators;

namespace TileProof.Kernels.Bodies;

/// <summary>int8 convolution that accumulates in single precision: one work item per output element (operator contract, section 1e).</summary>
public static class Conv2dGenericKernel
{
    /// <summary>Computes the output at <paramref name="index"/> of <c>[N, OC, OH, OW]</c>.</summary>
    /// <remarks>
    /// The sum starts at the bias and takes the taps in the order channel, kernel row, kernel column; taps outside the image are
    /// skipped. Every product is an exact integer.
    /// </remarks>
    public static sbyte Compute<TInt8, TInt32, TFloat>(
        int index, TInt8 input, TInt8 weights, TInt32 bias, TFloat biasScales, Conv2dShape shape, GenericRequantization requantization)
        where TInt8 : struct, IReadOnlyView<sbyte>
        where TInt32 : struct, IReadOnlyView<int>
        where TFloat : struct, IReadOnlyView<float>
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
        float sum = bias[outChannel];
        for (int channel = 0; channel < channelsPerGroup; channel++)
        {
            int plane = ((image * shape.InChannels) + firstChannel + channel) * shape.InHeight;
            for (int kernelY = 0; kernelY < shape.KernelHeight; kernelY++)
            {
                int y = firstY + (kernelY * shape.DilationHeight);
                for (int kernelX = 0; kernelX < shape.KernelWidth; kernelX++)
                {
                    int x = firstX + (kernelX * shape.DilationWidth);
                    if (y >= 0 && y < shape.InHeight && x >= 0 && x < shape.InWidth)
                    {
                        int level = input[((plane + y) * shape.InWidth) + x] - requantization.InputZeroPoint;
                        sum += level * weights[weightOffset];
                    }

                    weightOffset++;
                }
            }
        }

        return Requantize(sum, biasScales[outChannel * requantization.ScaleStride], requantization);
    }

    /// <summary>From the single-precision sum to the int8 output.</summary>
    public static sbyte Requantize(float sum, float biasScale, GenericRequantization requantization)
    {
        float value = FloatArithmetic.Multiply(biasScale, sum);
        float level = FloatArithmetic.RoundToNearestEven(FloatArithmetic.Multiply(requantization.InverseOutputScale, value));
        return FloatArithmetic.ToInt8(requantization.OutputZeroPoint + level);
    }
}
