using TileProof.Kernels.Bodies;
using TileProof.Kernels.Constants;
using TileProof.Operators;

namespace TileProof.Tests.Kernels;

/// <summary>The body of the int8 convolution against results worked out by hand.</summary>
public sealed class Conv2dInt8KernelTests
{
    private static readonly Conv2dShape Point = Conv2dShape.Create(1, 1, 1, 1, 1, 1, 1, 0);

    [Theory]
    [InlineData(3, 4, 5, 0, 1, 0, 17)] // 3 * 4 + 5
    [InlineData(3, 4, 5, 2, 1, 0, 4)] // 17 / 4 = 4.25
    [InlineData(3, 4, 6, 2, 1, 0, 5)] // 18 / 4 = 4.5 goes up
    [InlineData(-3, 4, -6, 2, 1, 0, -4)] // -18 / 4 = -4.5 goes up
    [InlineData(-3, 4, -7, 2, 1, 0, -5)] // -19 / 4 = -4.75
    [InlineData(3, 4, 5, 0, 3, 1, 26)] // 17 * 3 / 2 = 25.5 goes up
    [InlineData(-3, 4, -5, 0, 3, 1, -25)] // -25.5 goes up
    [InlineData(127, 127, 0, 0, 1, 0, 127)] // saturates
    [InlineData(-128, 127, 0, 0, 1, 0, -128)]
    [InlineData(1, 1, 8388607, 16, 1, 0, -128)] // 8388608 wraps to -8388608, / 65536
    [InlineData(-1, 1, -8388608, 16, 1, 0, 127)] // wraps to 8388607; 127.99 rounds to 128
    [InlineData(0, 0, 0x01000005, 0, 1, 0, 5)] // only the low 24 bits of the bias count
    [InlineData(0, 0, 8388607, 0, 65535, 31, 1)] // 32767 * 65535 / 2^31 = 0.99995; unsaturated it would be 256
    [InlineData(0, 0, 40000, 0, 1, 8, 127)] // 32767 / 256 = 127.996 rounds to 128
    [InlineData(0, 0, -40000, 0, 1, 8, -128)]
    [InlineData(0, 0, 100, 0, 0, 0, 0)] // a multiplier of 0
    public void Compute_OneTap_EqualsHandCalculation(
        sbyte input, sbyte weight, int kernelBias, int accumulatorShift, int outputScale, int outputShift, sbyte expected)
    {
        sbyte actual = Compute(
            0, Point, [input], [weight], [kernelBias], [outputScale], [0], new RequantizationConstants(0, accumulatorShift, outputShift, -128, 127, 0));
        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData(100, 20, 120)]
    [InlineData(100, 60, 127)] // saturates again after the correction
    [InlineData(-100, -60, -128)]
    [InlineData(127, -27, 100)] // 300 saturates to 127 before the correction
    public void Requantize_PostCorrection_IsAddedAfterTheFirstSaturation(int level, int correction, sbyte expected)
    {
        int sum = level == 127 ? 300 : level;
        Assert.Equal(expected, Conv2dInt8Kernel.Requantize(sum, 0, 1, correction, new RequantizationConstants(0, 0, 0, -128, 127, 0)));
    }

    [Fact]
    public void Requantize_ClampLimits_HoldBeforeTheCorrection()
    {
        var limits = new RequantizationConstants(0, 0, 0, -5, 6, 0);
        Assert.Equal(6, Conv2dInt8Kernel.Requantize(50, 0, 1, 0, limits));
        Assert.Equal(-5, Conv2dInt8Kernel.Requantize(-50, 0, 1, 0, limits));
        Assert.Equal(7, Conv2dInt8Kernel.Requantize(50, 0, 1, 1, limits));
    }

    [Fact]
    public void Compute_PaddingStrideAndDilation_EqualsHandCalculation()
    {
        // 3x3 image, 2x2 kernel, dilation 2, padding 1, stride 2: taps at y, y + 2 of the padded 5x5 image; padding reads 10.
        Conv2dShape shape = Conv2dShape.Create(1, 3, 3, 1, 2, 2, 2, 1, dilation: 2);
        Assert.Equal((2, 2), (shape.OutHeight, shape.OutWidth));
        sbyte[] image = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        sbyte[] weights = [1, 2, 3, 4];
        sbyte[] expected =
        [
            10 + (2 * 10) + (3 * 10) + (4 * 5),
            10 + (2 * 10) + (3 * 5) + (4 * 10),
            10 + (2 * 5) + (3 * 10) + (4 * 10),
            5 + (2 * 10) + (3 * 10) + (4 * 10),
        ];
        var plain = new RequantizationConstants(10, 0, 0, -128, 127, 0);
        Assert.Equal(expected, Enumerable.Range(0, 4).Select(i => Compute(i, shape, image, weights, [0], [1], [0], plain)));
    }

    [Fact]
    public void Compute_BatchOfTwoInTwoGroups_EachGroupSeesItsOwnChannels()
    {
        Conv2dShape shape = Conv2dShape.Create(4, 1, 1, 2, 1, 1, 1, 0, groups: 2);
        sbyte[] images = [1, 2, 3, 4, 5, 6, 7, 8];
        sbyte[] weights = [1, 10, 2, 1];
        int[] scales = [1, 2];
        var perChannel = new RequantizationConstants(0, 0, 0, -128, 127, 1);
        Assert.Equal(
            [1 + 20 + 1, 2 * (6 + 4 - 1), 5 + 60 + 1, 2 * (14 + 8 - 1)],
            Enumerable.Range(0, 4).Select(i => (int)Compute(i, shape, images, weights, [1, -1], scales, [0, 0], perChannel)));
    }

    private static sbyte Compute(
        int index, Conv2dShape shape, sbyte[] input, sbyte[] weights, int[] bias, int[] scales, int[] corrections, RequantizationConstants requantization) =>
        Conv2dInt8Kernel.Compute(
            index, new ArrayView<sbyte>(input), new ArrayView<sbyte>(weights), new ArrayView<int>(bias), new ArrayView<int>(scales), new ArrayView<int>(corrections), shape, requantization);
}
