using TileProof.Golden.Scalar;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;

namespace TileProof.Tests.Golden;

/// <summary>Accumulators that leave their range are all found, each in its channel, and none that fits.</summary>
public sealed class AccumulatorRangeTests
{
    private const int Largest = (1 << 23) - 1;
    private const int Smallest = -(1 << 23);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void OfConvolution_AtTheLimits_OnlyWhatLiesBeyond(int channel)
    {
        // One tap of weight 1 over the levels -1, 0, 1: the accumulators are the bias less 1, the bias, and the bias plus 1.
        Assert.Empty(OneTap(channel, Largest - 1, weight: 1));
        Assert.Equal([new ChannelOverflow(channel, 1, 1)], OneTap(channel, Largest, weight: 1));
        Assert.Equal([new ChannelOverflow(channel, 3, 3)], OneTap(channel, Largest + 2, weight: 1));
        Assert.Empty(OneTap(channel, Smallest + 1, weight: 1));
        Assert.Equal([new ChannelOverflow(channel, 1, 1)], OneTap(channel, Smallest, weight: -1));
        Assert.Equal([new ChannelOverflow(channel, 2, 6)], OneTap(channel, Smallest - 1, weight: -5));
    }

    [Fact]
    public void OfConvolution_RandomGeometries_AsManyAsTheOracleWraps()
    {
        long total = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            var random = RandomConvolution.FromSeed(seed);
            long expected = ScalarConv2d.Compute(random.Shape, random.Batch, random.Input, random.Weights, random.Requantization).Events.AccumulatorWraps;
            Conv2dCall call = CallOf(random.Shape, random.Batch, random.Weights);
            long found = AccumulatorRange.OfConvolution(call, Tensor.FromInt8(call.Input.Shape, random.Input), random.Requantization).Sum(static overflow => overflow.Count);
            Assert.True(expected == found, $"seed {seed}: {random.Shape.ConfigKey}, expected {expected}, found {found}");
            total += found;
        }

        Assert.True(total > 1000);
    }

    /// <summary>The bound takes several weights at once: each of the first, a middle and the last input channel decides, at each tap of its window, above and below.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 2)]
    [InlineData(9, 1)]
    [InlineData(18, 0)]
    [InlineData(18, 2)]
    public void OfConvolution_OneOfManyWeightsAtTheLimit_Found(int channel, int tap)
    {
        // 2 groups of 19 channels, rows of 5, windows of 3, of which one reads the level: the second group reads its channels 19 to 37.
        var shape = Conv2dShape.Create(38, 1, 5, 4, 1, 3, 1, 0, groups: 2);
        foreach (int output in new[] { 1, 3 })
        {
            int read = (output / 2 * 19) + channel;
            var weights = new sbyte[shape.WeightCount];
            weights[(output * shape.WeightsPerOutChannel) + (channel * 3) + tap] = 3;
            foreach ((int limit, sbyte level) in new[] { (Largest, (sbyte)2), (Smallest, (sbyte)-2) })
            {
                sbyte[] input = [.. Enumerable.Range(0, 38 * 5).Select(i => i == (read * 5) + 2 ? level : (sbyte)0)];
                Assert.Equal([new ChannelOverflow(output, 1, 1)], Found(output, limit - (3 * level) + Math.Sign(level)));
                Assert.Empty(Found(output, limit - (3 * level)));

                IReadOnlyList<ChannelOverflow> Found(int biased, int bias)
                {
                    Conv2dCall call = CallOf(shape, 1, weights);
                    return AccumulatorRange.OfConvolution(
                        call, Tensor.FromInt8(call.Input.Shape, input), Requantization([.. Enumerable.Range(0, 4).Select(o => o == biased ? bias : 0)]));
                }
            }
        }
    }

    [Fact]
    public void OfConvolution_PaddingAlone_IsReadAsTheZeroPoint()
    {
        // A row of 3 with one column of padding on each side: only the windows at the sides read a padded tap, of level -128.
        var shape = Conv2dShape.Create(1, 1, 3, 1, 1, 3, 1, 1);
        Conv2dCall call = CallOf(shape, 1, [1, 1, 1]);
        Requantization requantization = Requantization([Smallest + 128]);
        Assert.Empty(AccumulatorRange.OfConvolution(call, Tensor.FromInt8(call.Input.Shape, [0, 0, 0]), requantization));
        Assert.Equal(
            [new ChannelOverflow(0, 2, 3)],
            AccumulatorRange.OfConvolution(call, Tensor.FromInt8(call.Input.Shape, [-1, -2, -1]), requantization));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void OfLinear_AtTheLimits_OnlyWhatLiesBeyond(int output)
    {
        Assert.Empty(Rows(output, int.MaxValue - 80));
        Assert.Equal([new ChannelOverflow(output, 1, 1)], Rows(output, int.MaxValue - 79));
        Assert.Equal([new ChannelOverflow(output, 2, 80)], Rows(output, int.MaxValue));
        Assert.Empty(Rows(output, int.MinValue));
    }

    // Two rows of two inputs: sums of (x + 1) * (w - 2) are 10 * 4 + 10 * 4 = 80 and 1 * 4 = 4.
    private static IReadOnlyList<ChannelOverflow> Rows(int output, int bias)
    {
        var input = new TensorInfo("x", TensorShape.FromMatrix(2, 2), ElementType.Int8, QuantizationParameters.FromScale(1, -1));
        var call = new QuantizedLinearCall
        {
            Index = 0,
            Name = "fc",
            Inputs = [input],
            Output = new TensorInfo("y", TensorShape.FromMatrix(2, 4), ElementType.Int8, QuantizationParameters.FromScale(1, 0)),
            Weights = [6, 6, 6, 6, 6, 6, 6, 6],
            WeightZeroPoint = 2,
            WeightScale = 1,
            Bias = [.. Enumerable.Range(0, 4).Select(o => o == output ? bias : 5)],
            OutputMultiplier = 1 << 30,
            OutputShift = 1,
        };
        return AccumulatorRange.OfLinear(call, Tensor.FromInt8(input.Shape, [9, 9, 0, -1]));
    }

    private static IReadOnlyList<ChannelOverflow> OneTap(int channel, int bias, sbyte weight)
    {
        Conv2dCall call = CallOf(Conv2dShape.Create(1, 1, 3, 3, 1, 1, 1, 0), 1, [.. Enumerable.Range(0, 3).Select(o => o == channel ? weight : (sbyte)1)]);
        Requantization requantization = Requantization([.. Enumerable.Range(0, 3).Select(o => o == channel ? bias : 7)]);
        return AccumulatorRange.OfConvolution(call, Tensor.FromInt8(call.Input.Shape, [-1, 0, 1]), requantization);
    }

    private static Requantization Requantization(int[] bias) =>
        new() { InputZeroPoint = -128, AccumulatorShift = 8, OutputScales = [1], OutputShift = 1, KernelBias = bias };

    private static Conv2dCall CallOf(Conv2dShape shape, int batch, sbyte[] weights) => new()
    {
        Index = 0,
        Name = "conv",
        Inputs = [new TensorInfo("x", shape.InputShape(batch), ElementType.Int8, QuantizationParameters.FromScale(1, 0))],
        Output = new TensorInfo("y", shape.OutputShape(batch), ElementType.Int8, QuantizationParameters.FromScale(1, 0)),
        Shape = shape,
        Weights = weights,
        Bias = new int[shape.OutChannels],
        WeightScales = [1],
    };
}
