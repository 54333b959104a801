using TileProof.Kernels.Views;
using TileProof.Operators;

namespace TileProof.Kernels.Bodies;

/// <summary>float32 convolution: one work item per output element.</summary>
public static class Conv2dFloat32Kernel
{
    /// <summary>Computes the output at <paramref name="index"/> of <c>[N, OC, OH, OW]</c>.</summary>
    /// <remarks>
    /// The sum is kept in double precision, starts at the bias and takes the taps in the order channel, kernel row, kernel column;
    /// taps outside the image are skipped. Products of singles are exact in double, so contraction cannot change the sum. The
    /// result is rounded to single precision once.
    /// </remarks>
    public static float Compute<TFloat>(int index, TFloat input, TFloat weights, TFloat bias, Conv2dShape shape)
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
        double sum = bias[outChannel];
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
                        sum += (double)input[((plane + y) * shape.InWidth) + x] * weights[weightOffset];
                    }

                    weightOffset++;
                }
            }
        }

        return (float)sum;
    }
}
