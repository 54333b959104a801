using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;

namespace TileProof.Tests.Golden;

/// <summary>quantize_per_tensor and dequantize_per_tensor (operator contract, sections 4 and 5).</summary>
public sealed class QuantizeTests(GoldenEngines engines) : IClassFixture<GoldenEngines>
{
    [Theory]
    // With scale 1 the DSP rounds x + zp; the vendor's reference rounds x and adds zp after: ties differ when zp is odd.
    [InlineData(0.5f, 0, 0, 0)]
    [InlineData(1.5f, 0, 2, 2)]
    [InlineData(0.5f, 1, 2, 1)]
    [InlineData(1.5f, 1, 2, 3)]
    [InlineData(-0.5f, 1, 0, 1)]
    [InlineData(-2.5f, 7, 4, 5)]
    [InlineData(-2.5f, -7, -10, -9)]
    [InlineData(2.5f, 8, 10, 10)]
    [InlineData(126.5f, 1, 127, 127)]
    [InlineData(-128.5f, 0, -128, -128)]
    [InlineData(1e30f, -5, 127, 127)]
    [InlineData(-1e30f, 5, -128, -128)]
    [InlineData(float.PositiveInfinity, 0, 127, 127)]
    [InlineData(float.NegativeInfinity, 0, -128, -128)]
    public void Quantize_TieOrLimit_DspAndReferenceRoundAsSpecified(float x, int zeroPoint, int dsp, int reference)
    {
        QuantizePerTensorCall call = Calls.Quantize(1, scale: 1, zeroPoint);
        Tensor input = Calls.Floats(x);

        Assert.Equal(dsp, engines.Scalar.Run(call, input).Int8[0]);
        Assert.Equal(dsp, engines.OnnxRuntime.Run(call, input).Int8[0]);
        Assert.Equal(reference, engines.Generic.Run(call, input).Int8[0]);
    }

    [Fact]
    public void Quantize_RandomScalesAndNearTies_ScalarAndOnnxRuntimeBytesEqual()
    {
        var random = new Random(4);
        for (int round = 0; round < 40; round++)
        {
            float scale = MathF.ScaleB(1 + random.NextSingle(), random.Next(-30, 20));
            int zeroPoint = random.Next(-128, 128);
            float[] x = [.. Enumerable.Range(0, 5000).Select(_ => NearTie(random, scale, zeroPoint))];
            QuantizePerTensorCall call = Calls.Quantize(x.Length, scale, zeroPoint);
            Tensor input = Calls.Floats(x);

            Assert.Equal(engines.Scalar.Run(call, input).Bytes, engines.OnnxRuntime.Run(call, input).Bytes);
        }
    }

    /// <summary>
    /// Why the ONNX graph may round twice (see LevelGraph): for a sum to sit beside a float midpoint next to a tie, the product's
    /// 48-bit significand must be one of these, and none is a product of two 24-bit significands.
    /// </summary>
    [Theory]
    [InlineData((1L << 48) - (1L << 31) - 1)]
    [InlineData((1L << 48) - (1L << 31) - 2)]
    [InlineData((1L << 48) - (1L << 31) - 3)]
    [InlineData((1L << 48) - (1L << 31) - 4)]
    [InlineData((1L << 47) + (1L << 30) + 1)]
    [InlineData((1L << 47) + (1L << 30) + 2)]
    [InlineData((3L << 46) + (1L << 29) + 1)]
    [InlineData((3L << 46) - (1L << 29) - 1)]
    [InlineData((1L << 48) - (1L << 30) - 1)]
    [InlineData((1L << 48) - (1L << 30) - 2)]
    [InlineData((1L << 47) + (1L << 29) + 1)]
    [InlineData((1L << 48) - (1L << 29) - 1)]
    public void DoubleRounding_SignificandBesideATie_IsNoProductOfTwoFloats(long significand)
    {
        // An even number is also its half one binary place further up.
        for (long n = significand; ; n /= 2)
        {
            // From here on the other factor is below 2^24; up to the root, this one is the smaller.
            long smallestFactor = (n >> 24) + 1;
            for (long factor = smallestFactor; factor * factor <= n; factor++)
            {
                Assert.False(n % factor == 0, $"{n} = {factor} x {n / factor}");
            }

            if (n % 2 != 0)
            {
                break;
            }
        }
    }

    [Theory]
    [InlineData(0.0726f, 3)]
    [InlineData(1.1754944E-38f, -128)]
    [InlineData(3e38f, 127)]
    public void Dequantize_AllLevels_ExactInAllEngines(float scale, int zeroPoint)
    {
        sbyte[] levels = [.. Enumerable.Range(-128, 256).Select(static level => (sbyte)level)];
        DequantizePerTensorCall call = Calls.Dequantize(levels.Length, scale, zeroPoint);
        Tensor input = Calls.Int8s(levels);
        float[] expected = [.. levels.Select(level => (float)((double)scale * (level - zeroPoint)))];

        Assert.Equal(expected, engines.Scalar.Run(call, input).Float32);
        Assert.Equal(expected, engines.OnnxRuntime.Run(call, input).Float32);
        Assert.Equal(expected, engines.Generic.Run(call, input).Float32);
    }

    /// <summary>A real whose level is a tie, or a few units in the last place beside one.</summary>
    private static float NearTie(Random random, float scale, int zeroPoint)
    {
        float x = (random.Next(-140, 140) + 0.5f - zeroPoint) * scale;
        int steps = random.Next(-3, 4);
        return BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(x) + steps);
    }
}
