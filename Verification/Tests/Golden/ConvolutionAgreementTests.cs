using FsCheck.Fluent;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using Xunit.Abstractions;

namespace TileProof.Tests.Golden;

/// <summary>Two independent implementations of the convolution contract, byte for byte: plain loops and the ONNX Runtime graph.</summary>
public sealed class ConvolutionAgreementTests(ITestOutputHelper log)
{
    private const int RandomCaseCount = 400;

    [Fact]
    public void RandomConvolutions_ScalarAndOnnxRuntime_BytesEqual()
    {
        long outputs = 0;
        long wraps = 0;
        long shiftSaturations = 0;
        long scaleSaturations = 0;
        Properties.ForAll(RandomCaseCount, Gen.Choose(0, int.MaxValue - 1).Select(RandomConvolution.FromSeed), RandomConvolution.Smaller, random =>
        {
            ScalarConv2dResult result = AssertEnginesAgree(random, random.Shape.ConfigKey);
            outputs += result.Output.Length;
            wraps += result.Events.AccumulatorWraps;
            shiftSaturations += result.Events.ShiftSaturations;
            scaleSaturations += result.Events.ScaleSaturations;
        });

        log.WriteLine($"{outputs} outputs of {RandomCaseCount} convolutions; {wraps} wrap 24 bits, {shiftSaturations} and {scaleSaturations} saturate int16");
        Assert.True(wraps > 1000, $"Only {wraps} outputs wrap the accumulator.");
        Assert.True(shiftSaturations > 1000, $"Only {shiftSaturations} outputs saturate after the first shift.");
        Assert.True(scaleSaturations > 1000, $"Only {scaleSaturations} outputs saturate after the second shift.");
    }

    // channels, height, width, outChannels, kernelHeight, kernelWidth, stride, padding, dilation, groups
    public static TheoryData<int, int, int, int, int, int, int, int, int, int> Geometries => new()
    {
        { 1, 1, 1, 1, 1, 1, 1, 0, 1, 1 },
        { 3, 9, 9, 4, 7, 7, 2, 3, 1, 1 },
        { 17, 5, 16, 5, 3, 3, 1, 1, 1, 1 },
        { 5, 7, 33, 3, 3, 3, 2, 1, 1, 1 },
        { 17, 4, 4, 6, 1, 1, 2, 0, 1, 1 },
        { 3, 2, 2, 2, 5, 5, 1, 2, 1, 1 },
        { 2, 1, 40, 3, 1, 5, 2, 2, 2, 1 },
        { 6, 8, 8, 6, 3, 3, 1, 2, 2, 6 },
        { 4, 6, 6, 8, 3, 3, 1, 1, 1, 2 },
        { 64, 3, 3, 2, 3, 3, 1, 1, 1, 1 },
    };

    [Theory, MemberData(nameof(Geometries))]
    public void NamedGeometries_ScalarAndOnnxRuntime_BytesEqual(
        int channels, int height, int width, int outChannels, int kernelHeight, int kernelWidth, int stride, int padding, int dilation, int groups)
    {
        var shape = Conv2dShape.Create(channels, height, width, outChannels, kernelHeight, kernelWidth, stride, padding, dilation, groups);
        foreach (bool extreme in new[] { false, true })
        {
            AssertEnginesAgree(RandomConvolution.FromShape(shape, batch: 2, new Random(19111), extreme), shape.ConfigKey);
        }
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(9, true)]
    public void DerivedIntegers_EveryTapAtItsExtreme_WrapsOnlyAboveShift8(int accumulatorShift, bool wraps)
    {
        // 127 taps of 127 x 128 stay below 32767 * 256; four times as many need one more shift than 24 bits allow.
        int channels = accumulatorShift == 8 ? 512 : 1024;
        var shape = Conv2dShape.Create(channels, 1, 1, 1, 1, 1, 1, 0);
        sbyte[] weights = Enumerable.Repeat((sbyte)-127, channels).ToArray();
        sbyte[] input = Enumerable.Repeat((sbyte)-128, channels).ToArray();
        Requantization derived = RequantizationDeriver.Derive(shape, weights, [0], [0.0001f], 0, 0, ParameterDerivation.L1Norm);

        Assert.Equal(accumulatorShift, derived.AccumulatorShift);
        ScalarConv2dResult result = AssertEnginesAgree(new RandomConvolution(shape, 1, input, weights, derived), shape.ConfigKey);
        Assert.Equal(wraps ? 1 : 0, result.Events.AccumulatorWraps);
    }

    [Fact]
    public void ComputeElements_ChosenOffsets_EqualsTheWholeOutput()
    {
        var random = RandomConvolution.FromSeed(7);
        sbyte[] all = ScalarConv2d.Compute(random.Shape, random.Batch, random.Input, random.Weights, random.Requantization).Output;
        int[] offsets = [all.Length - 1, 0, all.Length / 2, 0];

        sbyte[] chosen = ScalarConv2d.ComputeElements(
            random.Shape, random.Batch, random.Input, random.Weights, random.Requantization, offsets).Output;

        Assert.Equal(offsets.Select(offset => all[offset]), chosen);
        Assert.Throws<ArgumentOutOfRangeException>(() => ScalarConv2d.ComputeElements(
            random.Shape, random.Batch, random.Input, random.Weights, random.Requantization, [all.Length]));
    }

    private static ScalarConv2dResult AssertEnginesAgree(RandomConvolution conv, string what)
    {
        ScalarConv2dResult scalar = ScalarConv2d.Compute(conv.Shape, conv.Batch, conv.Input, conv.Weights, conv.Requantization);
        using var onnxRuntime = new OnnxRuntimeConvolution(conv.Shape, conv.Batch, conv.Weights, conv.Requantization);
        ReadOnlySpan<sbyte> golden = onnxRuntime.Run(conv.Input);
        int firstDifference = scalar.Output.AsSpan().CommonPrefixLength(golden);
        Assert.True(
            firstDifference == golden.Length && golden.Length == scalar.Output.Length,
            $"{what}: {conv.Shape} differs first at {firstDifference} of {golden.Length}.");
        return scalar;
    }
}
