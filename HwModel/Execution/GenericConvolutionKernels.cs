using System.Runtime.InteropServices;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Execution;

/// <summary>The portable convolution: any kernel, stride, dilation, groups, and 1-D.</summary>
/// <remarks>
/// Operator contract, section 1e. The sum runs in single precision from the bias over channels, rows and columns in that order,
/// and taps outside the image are skipped; the result is scaled, rounded to nearest even, moved by the zero point and limited.
/// It is exact while sums stay below 2^24, and differs from the vector kernels by their requantization.
/// </remarks>
internal sealed class GenericConvolutionKernels(Conv2dCall call) : IProgramKernels
{
    public ArithmeticEvents Compute(ProgramStep step)
    {
        Compute(
            MemoryMarshal.Cast<byte, sbyte>(step.Reads[0].ConsecutiveBytes()),
            MemoryMarshal.Cast<byte, sbyte>(step.Reads[1].ConsecutiveBytes()),
            MemoryMarshal.Cast<byte, sbyte>(step.Writes[0].ConsecutiveBytes()));
        return default;
    }

    private void Compute(ReadOnlySpan<sbyte> pixels, ReadOnlySpan<sbyte> weights, Span<sbyte> levels)
    {
        Conv2dShape shape = call.Shape;
        float[] biasScales = call.BiasScales;
        float inverseScale = (float)(1.0 / call.Output.RequiredQuantization.Scale);
        float zeroPoint = call.Output.RequiredQuantization.ZeroPoint;
        Span<float> sums = new float[shape.OutWidth];
        for (int channel = 0; channel < shape.OutChannels; channel++)
        {
            float biasScale = biasScales[biasScales.Length == 1 ? 0 : channel];
            ReadOnlySpan<sbyte> channelWeights = weights.Slice(channel * shape.WeightsPerOutChannel, shape.WeightsPerOutChannel);
            for (int y = 0; y < shape.OutHeight; y++)
            {
                SumRow(pixels, channelWeights, channel, y, sums);
                Span<sbyte> row = levels.Slice(((channel * shape.OutHeight) + y) * shape.OutWidth, shape.OutWidth);
                for (int x = 0; x < row.Length; x++)
                {
                    float rounded = MathF.Round(inverseScale * (biasScale * sums[x]), MidpointRounding.ToEven);
                    row[x] = (sbyte)Math.Clamp(zeroPoint + rounded, call.ClampMinimum, call.ClampMaximum);
                }
            }
        }
    }

    /// <summary>The sums of one output row; every output adds its taps in the order of channels, rows and columns.</summary>
    private void SumRow(ReadOnlySpan<sbyte> pixels, ReadOnlySpan<sbyte> weights, int channel, int outRow, Span<float> sums)
    {
        Conv2dShape shape = call.Shape;
        int firstInChannel = channel / shape.GroupOutChannels * shape.GroupInChannels;
        sums.Fill(call.Bias[channel]);
        int tap = 0;
        for (int c = firstInChannel; c < firstInChannel + shape.GroupInChannels; c++)
        {
            for (int ky = 0; ky < shape.KernelHeight; ky++)
            {
                int inRow = (outRow * shape.StrideHeight) + (ky * shape.DilationHeight) - shape.PadTop;
                bool isInside = inRow >= 0 && inRow < shape.InHeight;
                ReadOnlySpan<sbyte> row = isInside ? pixels.Slice(((c * shape.InHeight) + inRow) * shape.InWidth, shape.InWidth) : [];
                for (int kx = 0; kx < shape.KernelWidth; kx++, tap++)
                {
                    AddTap(row, weights[tap], (kx * shape.DilationWidth) - shape.PadLeft, sums);
                }
            }
        }
    }

    private void AddTap(ReadOnlySpan<sbyte> row, sbyte weight, int firstColumn, Span<float> sums)
    {
        int inputZeroPoint = call.Input.RequiredQuantization.ZeroPoint;
        for (int x = 0, column = firstColumn; x < sums.Length; x++, column += call.Shape.StrideWidth)
        {
            if ((uint)column < (uint)row.Length)
            {
                sums[x] += (float)(row[column] - inputZeroPoint) * (float)weight;
            }
        }
    }
}
