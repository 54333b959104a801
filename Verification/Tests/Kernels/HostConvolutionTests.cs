using TileProof.Kernels.Bodies;
using TileProof.Kernels.Constants;
using TileProof.Kernels.Executors;
using TileProof.Kernels.Host;
using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Kernels;

/// <summary>The vectorised host convolution against the kernel body, byte for byte.</summary>
public sealed class HostConvolutionTests
{
    public static TheoryData<string> CaseNames => ConvolutionCases.Names;

    [Theory, MemberData(nameof(CaseNames))]
    public void Conv2dInt8_EdgeShape_EqualsTheBody(string name)
    {
        (Conv2dShape shape, int batch) = ConvolutionCases.All[name];
        var operands = new RandomOperands(shape.WeightCount);
        foreach (bool perChannel in (bool[])[false, true])
        {
            AssertEqualsBody(shape, operands.Int8(shape.InputShape(batch)), operands.Int8(shape.WeightCount), operands.Requantization(shape, perChannel, perChannel));
        }
    }

    [Fact]
    public void Conv2dInt8_AnyTapCount_EqualsTheBody()
    {
        // Every tail of the pairs of taps, from one tap to a few vectors.
        for (int channels = 1; channels <= 67; channels++)
        {
            Conv2dShape shape = Conv2dShape.Create(channels, 1, 5, 2, 1, 1, 1, 0);
            var operands = new RandomOperands(channels);
            AssertEqualsBody(shape, operands.Int8(shape.InputShape()), operands.Int8(shape.WeightCount), operands.Requantization(shape, false, false));
        }
    }

    [Fact]
    public void Conv2dInt8_AnyOutputCount_EqualsTheBody()
    {
        // Every tail of the blocks of 32 channels and of the tiles of 4 and 32 positions.
        for (int count = 1; count <= 67; count++)
        {
            Conv2dShape shape = Conv2dShape.Create(3, 1, count, count, 1, 1, 1, 0);
            var operands = new RandomOperands(count);
            AssertEqualsBody(shape, operands.Int8(shape.InputShape()), operands.Int8(shape.WeightCount), operands.Requantization(shape, true, true));
        }
    }

    [Theory]
    [InlineData(-128, -128)]
    [InlineData(-128, 127)]
    [InlineData(127, 127)]
    public void Conv2dInt8_ExtremeOperands_WrapAndEqualTheBody(sbyte value, sbyte weight)
    {
        // 9000 taps of 2^14 exceed 2^24 several times.
        Conv2dShape shape = Conv2dShape.Create(1000, 3, 3, 2, 3, 3, 1, 0);
        var requantization = new Requantization
        {
            InputZeroPoint = 0,
            AccumulatorShift = 9,
            OutputScales = [40000],
            OutputShift = 22,
            KernelBias = [8388607, -8388608],
        };
        long exact = 9000L * value * weight;
        Assert.True(Math.Abs(exact) > 1 << 24);
        Tensor input = Tensor.Create(shape.InputShape(), ElementType.Int8);
        input.Int8.Fill(value);
        AssertEqualsBody(shape, input, [.. Enumerable.Repeat(weight, shape.WeightCount)], requantization);
    }

    [Fact]
    public void Conv2dInt8_ImageLargerThanTheScratchMemory_EqualsTheBody()
    {
        // 2048 x 3 x 3 taps of 2 bytes: 4 MiB of patches hold fewer than the 256 positions.
        Conv2dShape shape = Conv2dShape.Create(2048, 16, 16, 1, 3, 3, 1, 1);
        var operands = new RandomOperands(7);
        AssertEqualsBody(shape, operands.Int8(shape.InputShape()), operands.Int8(shape.WeightCount), operands.Requantization(shape, false, false));
    }

    [Fact]
    public void Conv2dInt8_SecondRunWithOtherInput_UsesTheSameWeights()
    {
        Conv2dShape shape = Conv2dShape.Create(5, 4, 4, 6, 3, 3, 1, 1);
        var operands = new RandomOperands(8);
        sbyte[] weights = operands.Int8(shape.WeightCount);
        var constants = new Conv2dInt8Constants(shape, weights, operands.Requantization(shape, true, true));
        using var executor = new HostExecutor(2);
        for (int run = 0; run < 3; run++)
        {
            Tensor input = operands.Int8(shape.InputShape());
            Assert.Equal(Body(constants, input), Run(executor, constants, input));
        }
    }

    private static void AssertEqualsBody(Conv2dShape shape, Tensor input, sbyte[] weights, Requantization requantization)
    {
        var constants = new Conv2dInt8Constants(shape, weights, requantization);
        sbyte[] expected = Body(constants, input);
        foreach (int threadCount in (int[])[1, 3])
        {
            using var executor = new HostExecutor(threadCount);
            Assert.Equal(expected, Run(executor, constants, input));
        }
    }

    private static sbyte[] Run(HostExecutor executor, Conv2dInt8Constants constants, Tensor input)
    {
        using KernelValue x = executor.Upload(input);
        using KernelValue y = executor.Allocate(constants.Shape.OutputShape(input.Shape.Batch), ElementType.Int8);
        executor.Conv2dInt8(constants, x, y);
        return executor.Download(y).Int8.ToArray();
    }

    private static sbyte[] Body(Conv2dInt8Constants constants, Tensor input)
    {
        var x = new ArrayView<sbyte>(input.Int8.ToArray());
        var w = new ArrayView<sbyte>(constants.Weights);
        var bias = new ArrayView<int>(constants.KernelBias);
        var scales = new ArrayView<int>(constants.OutputScales);
        var corrections = new ArrayView<int>(constants.PostCorrection);
        return [.. Enumerable
            .Range(0, constants.Shape.OutputShape(input.Shape.Batch).ElementCount)
            .Select(i => Conv2dInt8Kernel.Compute(i, x, w, bias, scales, corrections, constants.Shape, constants.Requantization))];
    }
}
