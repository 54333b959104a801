using TileProof.Golden.Words;
using TileProof.Operators;
using TileProof.Operators.Words;
using TileProof.Tests.Tuning;

namespace TileProof.Tests.Proof;

/// <summary>The golden words against the contract's sum, written out for single elements.</summary>
public sealed class GoldenConvolutionWordsTests
{
    [Theory]
    [InlineData("3_20_17_7_7_7_10_9_2_2_3_1", 1, -128, false, false)]
    [InlineData("8_9_11_7_3_3_9_11_1_1_1_1", 2, 5, true, false)]
    [InlineData("9_10_7_5_3_3_5_4_2_2_1_1", 3, -1, false, true)]
    [InlineData("10_6_5_9_1_1_6_5_1_1_0_1", 1, 0, true, true)]
    public void Compute_EveryElement_IsTheSumOfTheContract(string key, int batch, int zeroPoint, bool hasScales, bool isCorrected)
    {
        Conv2dShape shape = LayerKey.Parse(key);
        ulong[] words = GoldenConvolutionWords.Compute(shape, batch, (sbyte)zeroPoint, hasScales, isCorrected);

        int at = 0;
        for (int n = 0; n < batch; n++)
        {
            for (int o = 0; o < shape.OutChannels; o++)
            {
                for (int y = 0; y < shape.OutHeight; y++)
                {
                    for (int x = 0; x < shape.OutWidth; x++)
                    {
                        Assert.Equal(Element(shape, n, o, y, x, (byte)zeroPoint, hasScales, isCorrected), words[at++]);
                    }
                }
            }
        }

        Assert.Equal(words.Length, at);
    }

    private static ulong Element(Conv2dShape shape, int n, int o, int y, int x, byte zeroPoint, bool hasScales, bool isCorrected)
    {
        unchecked
        {
            ulong sum = RingWords.Element32([.. Enumerable.Range(4 * o, 4).Select(static i => RingWords.Of(WordKind.Bias, i))]);
            sum += hasScales ? RingWords.Element16([RingWords.Of(WordKind.Scale, 2 * o), RingWords.Of(WordKind.Scale, (2 * o) + 1)]) : 0;
            sum += isCorrected ? RingWords.Of(WordKind.Correction, o) : 0;
            for (int c = 0; c < shape.InChannels; c++)
            {
                for (int ky = 0; ky < shape.KernelHeight; ky++)
                {
                    for (int kx = 0; kx < shape.KernelWidth; kx++)
                    {
                        int row = (y * shape.Stride) - shape.Padding + ky;
                        int column = (x * shape.Stride) - shape.Padding + kx;
                        ulong input = row < 0 || row >= shape.InHeight || column < 0 || column >= shape.InWidth
                            ? RingWords.Of(WordKind.Constant, zeroPoint)
                            : RingWords.Of(WordKind.Input, (((((n * shape.InChannels) + c) * shape.InHeight) + row) * shape.InWidth) + column);
                        sum += input * RingWords.Of(WordKind.Weight, (((((o * shape.InChannels) + c) * shape.KernelHeight) + ky) * shape.KernelWidth) + kx);
                    }
                }
            }

            return sum;
        }
    }
}
