using TileProof.Golden.Scalar;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Execution;

namespace TileProof.Tests.Golden;

/// <summary>The range of accumulators over all inputs against every input of small layers, and at the limits of 24 bits.</summary>
public sealed class AccumulatorBoundsTests
{
    /// <summary>Every input of a 1 x 3 image at its extremes and zero point, with and without padding: the range is reached and not left.</summary>
    [Theory]
    [InlineData(1, 3, 0, -7, -128, 127)]
    [InlineData(1, 2, 1, 90, -128, 127)]
    [InlineData(3, 1, 0, 11, -128, 127)]
    [InlineData(3, 0, 1, -128, -128, 127)]
    [InlineData(1, 3, 0, 0, 0, 127)]
    [InlineData(1, 2, 1, 3, 3, 127)]
    [InlineData(3, 1, 0, -20, -128, -20)]
    [InlineData(3, 0, 1, 5, 17, 90)]
    public void OfConvolution_SmallLayer_IsExactlyWhatAllInputsReach(int kernelWidth, int width, int padding, int zeroPoint, int low, int high)
    {
        var inputs = new CodeRange((sbyte)low, (sbyte)high);
        var shape = Conv2dShape.Create(1, 1 + kernelWidth - 1, width + kernelWidth - 1, 2, kernelWidth, kernelWidth, 1, padding);
        Conv2dCall call = Calls.Conv(shape, 5);
        Requantization requantization = call.Requantize(ParameterDerivation.L1Norm) with { InputZeroPoint = zeroPoint };
        AccumulatorBounds bounds = AccumulatorBounds.OfConvolution(call, requantization, inputs);

        long smallest = long.MaxValue;
        long largest = long.MinValue;
        int elements = shape.InputShape().ElementCount;
        for (int pattern = 0; pattern < 1 << elements; pattern++)
        {
            sbyte[] input = [.. Enumerable.Range(0, elements).Select(i => (pattern >> i) % 2 == 0 ? inputs.Smallest : inputs.Largest)];
            foreach (long sum in Sums(shape, input, call.Weights, requantization))
            {
                smallest = Math.Min(smallest, sum);
                largest = Math.Max(largest, sum);
            }
        }

        Assert.Equal((smallest, largest), (bounds.Smallest, bounds.Largest));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void OfConvolution_AtTheLimit_SaysWrapFromOneBeyond(int more, bool wraps)
    {
        const int Limit = (1 << 23) - 1;
        var shape = Conv2dShape.Create(2, 5, 7, 3, 1, 1, 1, 0);
        Conv2dCall call = Calls.Conv(shape, 5) with { Weights = [1, 1, -100, 50, 2, -3] };
        int largestOfProducts = (100 * 128) + (50 * 127);
        Requantization requantization = call.Requantize(ParameterDerivation.L1Norm) with { KernelBias = [0, Limit - largestOfProducts + more, 0], AccumulatorShift = 9 };

        AccumulatorBounds bounds = AccumulatorBounds.OfConvolution(call, requantization, CodeRange.All);

        Assert.Equal((1, -more, Limit + (long)more, wraps), (bounds.Channel, bounds.Margin, bounds.Largest, bounds.MayWrap));
        Assert.Equal(wraps ? "may wrap, by 1, in channel 1" : "cannot wrap", bounds.DescribeAccumulator());
    }

    [Theory]
    [InlineData(8, 32_767 * 256 + 127, false)]
    [InlineData(8, 32_767 * 256 + 128, true)]
    [InlineData(0, 32_767, false)]
    [InlineData(0, 32_768, true)]
    public void OfConvolution_FirstShift_SaturatesFromOneBeyond16Bits(int shift, int largest, bool saturates)
    {
        var shape = Conv2dShape.Create(1, 3, 4, 2, 1, 1, 1, 0);
        Conv2dCall call = Calls.Conv(shape, 5) with { Weights = [1, 0] };
        Requantization requantization = call.Requantize(ParameterDerivation.L1Norm) with { KernelBias = [0, largest], AccumulatorShift = shift };

        AccumulatorBounds bounds = AccumulatorBounds.OfConvolution(call, requantization, CodeRange.All);

        Assert.Equal((saturates, 1), (bounds.MaySaturate, bounds.IntermediateChannel));
        Assert.Equal(saturates ? "may saturate, by 1, in channel 1" : "cannot saturate", bounds.DescribeIntermediate());
    }

    /// <summary>The lower limit is one further from 0 than the upper: a sum at it does not wrap, and is not taken for one that does behind the first shift.</summary>
    [Theory]
    [InlineData(1, false, 16_384)]
    [InlineData(0, false, 16_384)]
    [InlineData(-1, true, 16_383)]
    public void OfConvolution_AtTheLowerLimit_SaysWrapFromOneBeyond(int more, bool wraps, long intermediate)
    {
        var shape = Conv2dShape.Create(2, 5, 7, 3, 1, 1, 1, 0);
        Conv2dCall call = Calls.Conv(shape, 5) with { Weights = [1, 1, -3, 2, -100, 50] };
        int smallestOfProducts = -(100 * 127) - (50 * 128);
        Requantization requantization = call.Requantize(ParameterDerivation.L1Norm) with { KernelBias = [0, 0, -(1 << 23) - smallestOfProducts + more], AccumulatorShift = 9 };

        AccumulatorBounds bounds = AccumulatorBounds.OfConvolution(call, requantization, CodeRange.All);

        Assert.Equal((2, more, more - (1L << 23), wraps), (bounds.Channel, bounds.Margin, bounds.Smallest, bounds.MayWrap));
        Assert.Equal((2, intermediate), (bounds.IntermediateChannel, bounds.IntermediateMargin));
    }

    /// <summary>An accumulator that wraps may hold everything: the value behind the first shift then has all of 24 bits, and the rounding at its upper end.</summary>
    [Theory]
    [InlineData(0, -8_355_840)]
    [InlineData(7, -32_769)]
    [InlineData(8, -1)]
    [InlineData(9, 16_383)]
    [InlineData(12, 30_719)]
    public void OfConvolution_AccumulatorWraps_IntermediateHasAllOfIt(int shift, long margin)
    {
        var shape = Conv2dShape.Create(1, 3, 4, 2, 1, 1, 1, 0);
        Conv2dCall call = Calls.Conv(shape, 5) with { Weights = [0, 1] };
        foreach (int start in new[] { (1 << 23) - 1, -(1 << 23) })
        {
            Requantization requantization = call.Requantize(ParameterDerivation.L1Norm) with { KernelBias = [0, start], AccumulatorShift = shift };

            AccumulatorBounds bounds = AccumulatorBounds.OfConvolution(call, requantization, CodeRange.All);

            Assert.Equal((true, 1, 1, margin), (bounds.MayWrap, bounds.Channel, bounds.IntermediateChannel, bounds.IntermediateMargin));
        }
    }

    [Theory]
    [InlineData(-128, 127)]
    [InlineData(0, 127)]
    [InlineData(-77, 9)]
    public void OfLinear_EveryInput_StaysWithinTheRange(int low, int high)
    {
        var inputs = new CodeRange((sbyte)low, (sbyte)high);
        QuantizedLinearCall call = Calls.Linear(3, 7, 5, seed: 4, weightZeroPoint: 2);
        AccumulatorBounds bounds = AccumulatorBounds.OfLinear(call, inputs);
        int zeroPoint = call.Input.RequiredQuantization.ZeroPoint;
        var sums = new List<long>();
        for (int m = 0; m < call.OutputFeatures; m++)
        {
            for (int pattern = 0; pattern < 1 << call.InputFeatures; pattern++)
            {
                long sum = call.Bias[m];
                for (int k = 0; k < call.InputFeatures; k++)
                {
                    sum += (((pattern >> k) % 2 == 0 ? inputs.Smallest : inputs.Largest) - zeroPoint) * (call.Weights[(m * call.InputFeatures) + k] - call.WeightZeroPoint);
                }

                sums.Add(sum);
            }
        }

        Assert.Equal((sums.Min(), sums.Max(), false, ""), (bounds.Smallest, bounds.Largest, bounds.MayWrap, bounds.DescribeIntermediate()));
    }

    private static IEnumerable<long> Sums(Conv2dShape shape, sbyte[] input, sbyte[] weights, Requantization requantization)
    {
        for (int o = 0; o < shape.OutChannels; o++)
        {
            for (int y = 0; y < shape.OutHeight; y++)
            {
                for (int x = 0; x < shape.OutWidth; x++)
                {
                    long sum = requantization.KernelBias[o];
                    for (int tap = 0; tap < shape.KernelHeight * shape.KernelWidth; tap++)
                    {
                        int row = y + (tap / shape.KernelWidth) - shape.PadTop;
                        int column = x + (tap % shape.KernelWidth) - shape.PadLeft;
                        bool isInside = row >= 0 && row < shape.InHeight && column >= 0 && column < shape.InWidth;
                        sum += weights[(o * shape.KernelHeight * shape.KernelWidth) + tap] * (isInside ? input[(row * shape.InWidth) + column] : requantization.InputZeroPoint);
                    }

                    yield return sum;
                }
            }
        }
    }
}
