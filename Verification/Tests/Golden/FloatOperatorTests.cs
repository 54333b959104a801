using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using Xunit.Abstractions;

namespace TileProof.Tests.Golden;

/// <summary>maxpool, mean and add (operator contract, sections 2, 3 and 8).</summary>
public sealed class FloatOperatorTests(GoldenEngines engines, ITestOutputHelper log) : IClassFixture<GoldenEngines>
{
    // channels, height, width, kernelHeight, kernelWidth, stride, padding
    public static TheoryData<int, int, int, int, int, int, int> Poolings => new()
    {
        { 64, 32, 32, 3, 3, 2, 1 },
        { 3, 7, 9, 3, 3, 2, 1 },
        { 2, 8, 8, 2, 2, 2, 0 },
        { 1, 1, 1, 1, 1, 1, 0 },
        { 2, 5, 6, 3, 2, 1, 1 },
    };

    [Theory, MemberData(nameof(Poolings))]
    public void MaxPool_RandomInput_ThreeEnginesBytesEqual(
        int channels, int height, int width, int kernelHeight, int kernelWidth, int stride, int padding)
    {
        var shape = MaxPool2dShape.Create(channels, height, width, kernelHeight, kernelWidth, stride, padding);
        MaxPool2dCall call = Calls.MaxPool(shape, batch: 2);
        Tensor input = RandomFloats(new Random(2), call.Input.Shape);
        Tensor scalar = engines.Scalar.Run(call, input);

        Assert.Equal(scalar.Bytes, engines.OnnxRuntime.Run(call, input).Bytes);
        Assert.Equal(scalar.Bytes, engines.Generic.Run(call, input).Bytes);
    }

    [Fact]
    public void MaxPool_NegativeInfinity_DspStopsAtLowestFloat()
    {
        MaxPool2dCall call = Calls.MaxPool(MaxPool2dShape.Create(1, 2, 2, 2, 2, 2, 0), batch: 1);
        Tensor input = Tensor.FromFloat32(call.Input.Shape, Enumerable.Repeat(float.NegativeInfinity, 4).ToArray());

        Assert.Equal(float.MinValue, engines.Scalar.Run(call, input).Float32[0]);
        Assert.Equal(float.MinValue, engines.OnnxRuntime.Run(call, input).Float32[0]);
        Assert.Equal(float.NegativeInfinity, engines.Generic.Run(call, input).Float32[0]);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(7, 7)]
    [InlineData(5, 3)]
    public void Mean_RandomInput_ScalarAndOnnxRuntimeBytesEqual(int height, int width)
    {
        MeanCall call = Calls.Mean(TensorShape.FromNchw(2, 512, height, width));
        Tensor input = RandomFloats(new Random(3), call.Input.Shape);
        Tensor scalar = engines.Scalar.Run(call, input);

        Assert.Equal(scalar.Bytes, engines.OnnxRuntime.Run(call, input).Bytes);
    }

    [Fact]
    public void Mean_TwoByTwo_TreeDiffersFromSequenceAsSpecified()
    {
        // 2^24 + 1 rounds to 2^24 in the sequence each time; the tree adds 1 + 1 first.
        MeanCall call = Calls.Mean(TensorShape.FromNchw(1, 1, 2, 2));
        Tensor input = Tensor.FromFloat32(call.Input.Shape, [16777216, 0, 1, 1]);

        Assert.Equal(4194304.5f, engines.Scalar.Run(call, input).Float32[0]);
        Assert.Equal(4194304.5f, engines.OnnxRuntime.Run(call, input).Float32[0]);
        Assert.Equal(4194304f, engines.Generic.Run(call, input).Float32[0]);
    }

    [Fact]
    public void Mean_TwoByTwoOfNonNegativeNumbers_TreeWithinTwoUlpOfSequence()
    {
        MeanCall call = Calls.Mean(TensorShape.FromNchw(8, 4096, 2, 2));
        Tensor input = RandomFloats(new Random(5), call.Input.Shape);
        foreach (ref float element in input.Float32)
        {
            element = Math.Abs(element);
        }

        long largest = LargestUlp.Between(engines.Scalar.Run(call, input).Float32, engines.Generic.Run(call, input).Float32);
        log.WriteLine($"mean 2x2: the tree and the sequence differ by at most {largest} ULP over {call.Output.Shape.ElementCount} means");
        Assert.InRange(largest, 1, 2);
    }

    [Fact]
    public void Add_RandomInput_ThreeEnginesBytesEqual()
    {
        AddCall call = Calls.Add(1000);
        Tensor a = RandomFloats(new Random(8), call.Inputs[0].Shape);
        Tensor b = RandomFloats(new Random(9), call.Inputs[1].Shape);
        Tensor scalar = engines.Scalar.Run(call, a, b);

        Assert.Equal(a.Float32[7] + b.Float32[7], scalar.Float32[7]);
        Assert.Equal(scalar.Bytes, engines.OnnxRuntime.Run(call, a, b).Bytes);
        Assert.Equal(scalar.Bytes, engines.Generic.Run(call, a, b).Bytes);
    }

    private static Tensor RandomFloats(Random random, TensorShape shape)
    {
        Tensor tensor = Tensor.Create(shape, ElementType.Float32);
        foreach (ref float element in tensor.Float32)
        {
            element = MathF.ScaleB(random.NextSingle() - 0.5f, random.Next(-8, 9));
        }

        return tensor;
    }
}
