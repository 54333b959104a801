using TileProof.Kernels.Bodies;
using TileProof.Kernels.Constants;
using TileProof.Operators;

namespace TileProof.Tests.Kernels;

/// <summary>The bodies of the other operators against results worked out by hand.</summary>
public sealed class FloatKernelTests
{
    [Theory]
    [InlineData(0.25f, 0.5f, 3, 4)] // 0.5 + 3 = 3.5, to the even 4
    [InlineData(0.75f, 0.5f, 3, 4)] // 4.5, to the even 4: rounding comes after the zero point
    [InlineData(-100f, 0.5f, 0, -128)]
    [InlineData(100f, 0.5f, 0, 127)]
    [InlineData(float.NaN, 0.5f, 0, 127)]
    [InlineData(float.NegativeInfinity, 0.5f, 0, -128)]
    public void Quantize_OneElement_EqualsHandCalculation(float input, float scale, int zeroPoint, sbyte expected)
    {
        var parameters = new RescalingParameters(QuantizeKernel.InverseScale(scale), 0, zeroPoint);
        Assert.Equal(expected, QuantizeKernel.Compute(0, new ArrayView<float>([input]), parameters));
    }

    [Fact]
    public void InverseScale_OfASubnormalScale_IsTheLargestSingle() => Assert.Equal(float.MaxValue, QuantizeKernel.InverseScale(float.Epsilon));

    [Fact]
    public void Dequantize_OneElement_SubtractsTheZeroPointBeforeScaling() =>
        Assert.Equal(-255 * 0.1f, DequantizeKernel.Compute(0, new ArrayView<sbyte>([-128]), new RescalingParameters(0.1f, 127, 0)));

    [Theory]
    [InlineData(10, 5)] // (10 - 4) * 0.5 + 2
    [InlineData(4, 2)]
    [InlineData(-128, 2)] // below the input zero point
    [InlineData(5, 2)] // 2.5 to the even 2
    [InlineData(7, 4)] // 3.5 to the even 4
    public void QuantizedRelu_OneElement_EqualsHandCalculation(sbyte input, sbyte expected) =>
        Assert.Equal(expected, QuantizedReluKernel.Compute(0, new ArrayView<sbyte>([input]), new RescalingParameters(0.5f, 4, 2)));

    [Theory]
    [InlineData(0, 7)] // (1-1)(5-3) + (2-1)(6-3) + (3-1)(7-3) + 100 = 111; * 0.0625 = 6.94, + 0
    [InlineData(1, -9)] // (0)(-5-3) + (1)(-6-3) + (2)(-7-3) - 100 = -129; * 0.0625 = -8.06, - 1
    public void QuantizedLinear_TwoOutputs_EqualHandCalculation(int output, sbyte expectedLessZeroPoint)
    {
        var parameters = new QuantizedLinearParameters(3, 2, 1, 3, 0.0625f, output == 0 ? 0 : -1);
        sbyte actual = QuantizedLinearKernel.Compute(
            output, new ArrayView<sbyte>([1, 2, 3]), new ArrayView<sbyte>([5, 6, 7, -5, -6, -7]), new ArrayView<int>([100, -100]), parameters);
        Assert.Equal(expectedLessZeroPoint, actual);
    }

    [Fact]
    public void QuantizedLinear_SumBeyondInt32_Wraps()
    {
        // 2147483647 + 1 * 1 wraps to -2^31; times 2^-24 is -128.
        sbyte actual = QuantizedLinearKernel.Compute(
            0, new ArrayView<sbyte>([1]), new ArrayView<sbyte>([1]), new ArrayView<int>([int.MaxValue]), new QuantizedLinearParameters(1, 1, 0, 0, 1f / (1 << 24), 0));
        Assert.Equal(-128, actual);
    }

    [Fact]
    public void Mean_TwoByTwo_AddsRowsFirst()
    {
        // Rows first: (1e8 + 1) is 1e8, (-1e8 + 1) is -1e8 + 0 (8 apart), so the tree gives 0; in memory order it would be 0.25.
        Assert.Equal(0f, MeanKernel.Compute(0, new ArrayView<float>([1e8f, 1f, -1e8f, 1f]), 2, 2));
        Assert.Equal(0.25f, MeanKernel.Compute(0, new ArrayView<float>([1e8f, 1f, -1e8f, 1f]), 1, 4));
    }

    [Fact]
    public void Mean_SecondPlaneOfThreeElements_DividesByTheCount() =>
        Assert.Equal(7f / 3f, MeanKernel.Compute(1, new ArrayView<float>([9f, 9f, 9f, 1f, 2f, 4f]), 1, 3));

    [Fact]
    public void MaxPool2d_PaddingAndSpecialValues_EqualHandCalculation()
    {
        MaxPool2dShape shape = MaxPool2dShape.Create(1, 2, 2, 2, 2, 2, 1);
        float[] image = [float.NegativeInfinity, -3f, float.NaN, -0f];
        float[] actual = [.. Enumerable.Range(0, 4).Select(i => MaxPool2dKernel.Compute(i, new ArrayView<float>(image), shape))];
        Assert.Equal([float.MinValue, -3f, float.MinValue, -0f], actual);
    }

    [Fact]
    public void MaxPool2d_ZerosOfBothSigns_GivesPositiveZeroInAnyOrder()
    {
        MaxPool2dShape shape = MaxPool2dShape.Create(1, 1, 2, 1, 2, 1, 0);
        foreach (float[] zeros in (float[][])[[0f, -0f], [-0f, 0f]])
        {
            Assert.Equal(0, BitConverter.SingleToInt32Bits(MaxPool2dKernel.Compute(0, new ArrayView<float>(zeros), shape)));
        }
    }

    [Fact]
    public void Conv2dFloat32_TwoTaps_RoundsOnce()
    {
        // 16777216 + 1 * 1 + 1 * 1 in double is 16777218; single-precision sums would stay at 16777216.
        Conv2dShape shape = Conv2dShape.Create(2, 1, 1, 1, 1, 1, 1, 0);
        float actual = Conv2dFloat32Kernel.Compute(0, new ArrayView<float>([1f, 1f]), new ArrayView<float>([1f, 1f]), new ArrayView<float>([16777216f]), shape);
        Assert.Equal(16777218f, actual);
    }

    [Fact]
    public void Conv2dGeneric_TwoTaps_RoundsEverySum()
    {
        // The bias 2^24 swallows two taps of 1 one after the other; 2^24 * 2^-18 = 64, and 1 more for the zero point.
        Conv2dShape shape = Conv2dShape.Create(2, 1, 1, 1, 1, 1, 1, 0);
        var requantization = new GenericRequantization(0, 1, 1f, 0);
        sbyte actual = Conv2dGenericKernel.Compute(
            0, new ArrayView<sbyte>([1, 1]), new ArrayView<sbyte>([1, 1]), new ArrayView<int>([16777216]), new ArrayView<float>([1f / (1 << 18)]), shape, requantization);
        Assert.Equal(65, actual);
    }

    [Theory]
    [InlineData(2.5f, 1, 3)] // 2.5 to the even 2, then + 1
    [InlineData(3.5f, 1, 5)]
    [InlineData(-2.5f, 0, -2)]
    public void Conv2dGeneric_Ties_AreRoundedBeforeTheZeroPoint(float sum, int zeroPoint, sbyte expected) =>
        Assert.Equal(expected, Conv2dGenericKernel.Requantize(sum, 1f, new GenericRequantization(0, zeroPoint, 1f, 0)));
}
