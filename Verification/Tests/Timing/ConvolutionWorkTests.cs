using TileProof.HwModel.Timing;
using TileProof.Operators;

namespace TileProof.Tests.Timing;

/// <summary>Iteration counts worked by hand from the loop structure of the kernels.</summary>
public sealed class ConvolutionWorkTests
{
    [Fact]
    public void Fold16_TwoRowsOfEightChannels_OneStepPerChannelPair()
    {
        // 512 channels of 2x2 with padding: pitch 4. 2 rows are one (short) group of four rows; 8 channels are 4 pairs.
        ConvolutionWork work = ConvolutionWork.OfKernelCall(Conv2dShape.Create(512, 2, 2, 512, 3, 3, 1, 1), 4, rows: 2, channels: 8);
        Assert.Equal(ConvolutionVariant.Fold16, work.Variant);
        Assert.Equal(4, work.Steps);
        Assert.Equal(2048, work.InnerIterations);
        Assert.Equal(12288, work.MultiplySlots);
        Assert.Equal(8, work.Packs);
    }

    [Fact]
    public void Fold16_FiveRowsOfThreeChannels_RoundsUpBoth() =>
        Assert.Equal(2 * 2 * 128, ConvolutionWork.OfKernelCall(Conv2dShape.Create(128, 8, 8, 128, 3, 3, 1, 1), 10, rows: 5, channels: 3).InnerIterations);

    [Fact]
    public void Fold32_SixteenRows_EightPairs()
    {
        ConvolutionWork work = ConvolutionWork.OfKernelCall(Conv2dShape.Create(64, 16, 16, 64, 3, 3, 1, 1), 18, rows: 16, channels: 64);
        Assert.Equal(ConvolutionVariant.Fold32, work.Variant);
        Assert.Equal(8 * 32 * 64, work.InnerIterations);
        Assert.Equal(6 * 8 * 32 * 64, work.MultiplySlots);
    }

    [Fact]
    public void General3x3_SixtyThreeColumns_TwoColumnSteps()
    {
        ConvolutionWork work = ConvolutionWork.OfKernelCall(Conv2dShape.Create(4, 5, 63, 2, 3, 3, 1, 1), 65, rows: 5, channels: 2);
        Assert.Equal(ConvolutionVariant.General3x3, work.Variant);
        Assert.Equal(2 * 3 * 1 * 4, work.InnerIterations);
    }

    [Fact]
    public void Stride2Of3x3_ThirtyTwoColumnsOddRowsFourChannels_RoundsUpAll()
    {
        ConvolutionWork work = ConvolutionWork.OfKernelCall(Conv2dShape.Create(64, 64, 64, 64, 3, 3, 2, 1), 66, rows: 3, channels: 4);
        Assert.Equal(ConvolutionVariant.Stride2Of3x3, work.Variant);
        Assert.Equal(2 * 2 * 2 * 64, work.InnerIterations);
        Assert.Equal(9 * 2 * 2 * 2 * 64, work.MultiplySlots);
        Assert.Equal(9 * 2 * 2 * 2 * 64, work.Shuffles);
    }

    [Fact]
    public void Stride2Of7x7OverThreeChannels_FirstLayer_UnrollsTheChannels()
    {
        // 32 columns: 29 + 3. 15 rows: 8 pairs. 64 channels: 32 pairs, 84 multiplies each.
        ConvolutionWork work = ConvolutionWork.OfKernelCall(Conv2dShape.Create(3, 64, 64, 64, 7, 7, 2, 3), 70, rows: 15, channels: 64);
        Assert.Equal(ConvolutionVariant.Stride2Of7x7Depth3, work.Variant);
        Assert.Equal(2 * 8 * 32, work.Steps);
        Assert.Equal(84 * 2 * 8 * 32, work.MultiplySlots);
        Assert.Equal(2 * 2 * 8 * 32, work.Packs);
    }

    [Fact]
    public void Stride2Of7x7OverFourChannels_RunsTheGeneralLoop() =>
        Assert.Equal(28 * 1 * 2 * 3 * 4, ConvolutionWork.OfKernelCall(Conv2dShape.Create(4, 16, 16, 6, 7, 7, 2, 3), 22, rows: 4, channels: 6).MultiplySlots);

    [Fact]
    public void Flattened1x1_Unaligned_CountsElementsOverRows()
    {
        // 7 rows of 16: 112 elements, 2 vectors. 256 channels: 64 groups of four; 64 input channels: 16.
        ConvolutionWork work = ConvolutionWork.OfKernelCall(Conv2dShape.Create(64, 16, 16, 256, 1, 1, 1, 0), 16, rows: 7, channels: 256);
        Assert.Equal(ConvolutionVariant.FlattenedUnaligned, work.Variant);
        Assert.Equal(2 * 64, work.Steps);
        Assert.Equal(2 * 64 * 16, work.InnerIterations);
        Assert.Equal(2 * 64 * 16, work.Gathers);
        Assert.Equal(4 * 2 * 64, work.Packs);
    }

    [Fact]
    public void Flattened1x1_PitchOf64_IsAlignedAndGathersNothing()
    {
        ConvolutionWork work = ConvolutionWork.OfKernelCall(Conv2dShape.Create(8, 4, 64, 4, 1, 1, 1, 0), 64, rows: 4, channels: 4);
        Assert.Equal(ConvolutionVariant.FlattenedAligned, work.Variant);
        Assert.Equal(4 * 1 * 2, work.InnerIterations);
        Assert.Equal(0, work.Gathers);
    }

    [Fact]
    public void Rows1x1_PaddedPitch_GoesRowByRow()
    {
        ConvolutionWork work = ConvolutionWork.OfKernelCall(Conv2dShape.Create(8, 16, 16, 4, 1, 1, 1, 0), 64, rows: 16, channels: 4);
        Assert.Equal(ConvolutionVariant.RowsAligned, work.Variant);
        Assert.Equal(16 * 1 * 2, work.InnerIterations);
    }

    [Theory]
    [InlineData(64, 0)]
    [InlineData(128, 1)]
    public void Stride2Of1x1_MoreThan64Channels_GathersCoefficients(int channels, int gathersPerIteration)
    {
        ConvolutionWork work = ConvolutionWork.OfKernelCall(Conv2dShape.Create(channels, 16, 16, 128, 1, 1, 2, 0), 16, rows: 8, channels: 128);
        Assert.Equal(8 * 32 * (channels / 4), work.InnerIterations);
        Assert.Equal(work.InnerIterations * gathersPerIteration, work.Gathers);
    }

    [Fact]
    public void OfKernelCall_KernelBeyondAllTiledOnes_IsNotSupported() =>
        Assert.Throws<NotSupportedException>(() => ConvolutionWork.OfKernelCall(Conv2dShape.Create(4, 18, 18, 4, 13, 13, 1, 2), 22, 2, 4));

    // 70 columns are two steps of 62 (stride 1) or three of 31 (stride 2), five rows three steps of two; each channel has its own.
    [Theory]
    [InlineData(3, 1, 2 * 3 * 5, 6, 2)]
    [InlineData(3, 2, 3 * 3 * 5, 3, 1)]
    [InlineData(5, 1, 2 * 3 * 5, 20, 2)]
    [InlineData(5, 2, 3 * 3 * 5, 10, 1)]
    public void OfKernelCall_Depthwise_StepsOfTwoRowsAChannel(int kernel, int stride, int steps, int multiplies, int accumulators)
    {
        var shape = Conv2dShape.Create(9, 70 * stride, 70 * stride, 9, kernel, kernel, stride, kernel / 2, groups: 9);
        ConvolutionWork work = ConvolutionWork.OfKernelCall(shape, shape.InWidth + (2 * (kernel / 2)), rows: 5, channels: 5);
        Assert.Equal((ConvolutionVariant.Depthwise, steps, steps, steps * multiplies, steps * accumulators), (work.Variant, work.Steps, work.InnerIterations, work.MultiplySlots, work.Packs));
    }

    // Two groups of six output channels take two passes of four each; five input channels of a group two inner iterations; 70 columns at stride 2 three steps of 32.
    [Fact]
    public void OfKernelCall_Window_PassesEndWithTheirGroup()
    {
        var window = new Conv2dWindow
        {
            KernelHeight = 2, KernelWidth = 5, StrideHeight = 1, StrideWidth = 2, PadTop = 0, PadLeft = 3, PadBottom = 1, PadRight = 2, DilationHeight = 1, DilationWidth = 2,
        };
        var shape = Conv2dShape.Create(15, 9, 142, 18, window, groups: 3);
        ConvolutionWork work = ConvolutionWork.OfKernelCall(shape, 147, rows: 3, channels: 12);
        const int Steps = 3 * 3 * (2 * 2);
        Assert.Equal(70, shape.OutWidth);
        Assert.Equal(
            (ConvolutionVariant.Window, Steps, Steps * 2, Steps * 2 * 10 * 4, Steps * 2 * 10 * 4, Steps * 4),
            (work.Variant, work.Steps, work.InnerIterations, work.MultiplySlots, work.Shuffles, work.Packs));
    }

    [Theory]
    [InlineData(65536, 0)]
    [InlineData(73728, 192)]
    [InlineData(131072, 1024)]
    public void RepeatedScanMisses_TwoWayCache_ReplacesOnlyOverfullSets(long bytes, long expectedLines) =>
        Assert.Equal(expectedLines, DataCacheGeometry.Published.RepeatedScanMisses(bytes));
}
