using TileProof.Kernels.Arithmetic;

namespace TileProof.Tests.Kernels;

public sealed class FloatArithmeticTests
{
    private const int SampleCount = 200_000;

    [Fact]
    public void FusedMultiplyAdd_AnyBits_EqualsTheIeeeOperation()
    {
        var random = new RandomOperands(1);
        for (int i = 0; i < SampleCount; i++)
        {
            float x = random.AnyFloat32();
            float y = random.AnyFloat32();
            float z = random.AnyFloat32();
            AssertSameBits(MathF.FusedMultiplyAdd(x, y, z), FloatArithmetic.FusedMultiplyAdd(x, y, z));
        }
    }

    [Fact]
    public void FusedMultiplyAdd_NearHalfwayCases_EqualsTheIeeeOperation()
    {
        // Products around a tie of the sum's last place: the first rounding to double must not decide the second.
        for (int ulps = -40; ulps <= 40; ulps++)
        {
            for (int exponent = -60; exponent <= 60; exponent += 3)
            {
                float x = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(1.5f) + ulps);
                float y = MathF.ScaleB(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(1.25f) - ulps), exponent);
                foreach (float z in (float[])[1f, -1f, 127f, -128f, 1f + float.BitIncrement(0), MathF.BitIncrement(1f), -MathF.BitIncrement(1f)])
                {
                    AssertSameBits(MathF.FusedMultiplyAdd(x, y, z), FloatArithmetic.FusedMultiplyAdd(x, y, z));
                    AssertSameBits(MathF.FusedMultiplyAdd(-x, y, z), FloatArithmetic.FusedMultiplyAdd(-x, y, z));
                }
            }
        }
    }

    [Fact]
    public void MultiplyAndDivide_AnyBits_EqualTheIeeeOperations()
    {
        var random = new RandomOperands(2);
        for (int i = 0; i < SampleCount; i++)
        {
            float x = random.AnyFloat32();
            float y = random.AnyFloat32();
            AssertSameBits(x * y, FloatArithmetic.Multiply(x, y));
            AssertSameBits(x / y, FloatArithmetic.Divide(x, y));
        }
    }

    [Fact]
    public void RoundToNearestEven_AnyBitsAndTies_EqualsTheIeeeOperation()
    {
        var random = new RandomOperands(3);
        for (int i = 0; i < SampleCount; i++)
        {
            AssertEqualNumbers(random.AnyFloat32());
        }

        for (int half = -600; half <= 600; half++)
        {
            float tie = half / 2f;
            AssertEqualNumbers(tie);
            AssertEqualNumbers(MathF.BitIncrement(tie));
            AssertEqualNumbers(MathF.BitDecrement(tie));
        }

        // The sign of a zero result is lost; every use converts it to an integer.
        static void AssertEqualNumbers(float value) =>
            Assert.Equal(MathF.Round(value, MidpointRounding.ToEven), FloatArithmetic.RoundToNearestEven(value));
    }

    [Theory]
    [InlineData(126.5f, 126)]
    [InlineData(127.5f, 127)]
    [InlineData(1e30f, 127)]
    [InlineData(float.PositiveInfinity, 127)]
    [InlineData(float.NegativeInfinity, -128)]
    [InlineData(-128.5f, -128)]
    [InlineData(-0.5f, 0)]
    [InlineData(-1.5f, -2)]
    [InlineData(2.5f, 2)]
    [InlineData(float.NaN, 127)]
    public void ToInt8_LimitsAndTies_EqualHandCalculation(float value, sbyte expected) => Assert.Equal(expected, FloatArithmetic.ToInt8(value));

    private static void AssertSameBits(float expected, float actual)
    {
        if (float.IsNaN(expected))
        {
            Assert.True(float.IsNaN(actual));
            return;
        }

        Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(actual));
    }
}
