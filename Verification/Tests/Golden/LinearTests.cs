using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;

namespace TileProof.Tests.Golden;

/// <summary>quantized_linear (operator contract, section 7).</summary>
public sealed class LinearTests(GoldenEngines engines) : IClassFixture<GoldenEngines>
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 16, 3)]
    [InlineData(2, 33, 5)]
    [InlineData(3, 512, 10)]
    [InlineData(1, 2048, 7)]
    public void Linear_RandomOperands_ThreeEnginesBytesEqual(int rows, int inputFeatures, int outputFeatures)
    {
        var random = new Random(inputFeatures);
        for (int round = 0; round < 10; round++)
        {
            sbyte[] weights = Int8s(random, outputFeatures * inputFeatures);
            int[] bias = [.. Enumerable.Range(0, outputFeatures).Select(_ => random.Next(-100000, 100000))];
            QuantizedLinearCall call = Calls.Linear(
                rows, weights, random.Next(-128, 128), bias, random.Next(-128, 128), random.Next(-128, 128), random.Next(1 << 30, int.MaxValue), -random.Next(8, 16));
            Tensor input = Tensor.FromInt8(call.Input.Shape, Int8s(random, rows * inputFeatures));
            Tensor scalar = engines.Scalar.Run(call, input);

            Assert.Equal(scalar.Bytes, engines.OnnxRuntime.Run(call, input).Bytes);
            Assert.Equal(scalar.Bytes, engines.Generic.Run(call, input).Bytes);
        }
    }

    [Theory]
    // The zero point is added after the rounding, so ties round to the even integer before it.
    [InlineData(1, 1, 1)]
    [InlineData(3, 1, 3)]
    [InlineData(5, 1, 3)]
    [InlineData(-1, 1, 1)]
    [InlineData(-3, 1, -1)]
    [InlineData(1000, 0, 127)]
    [InlineData(-1000, 0, -128)]
    // int32 overflow: 2^31 - 1 plus 1 x 1 wraps to -2^31.
    [InlineData(int.MaxValue, 0, 127)]
    [InlineData(int.MinValue, 0, -128)]
    public void Linear_BiasOnlyWithHalfFactor_RoundsBeforeTheZeroPoint(int bias, int outputZeroPoint, int expected)
    {
        QuantizedLinearCall call = Calls.Linear(1, [0], 0, [bias], 0, outputZeroPoint, 1 << 30, 0);
        Tensor input = Calls.Int8s(0);

        Assert.Equal(expected, engines.Scalar.Run(call, input).Int8[0]);
        Assert.Equal(expected, engines.OnnxRuntime.Run(call, input).Int8[0]);
        Assert.Equal(expected, engines.Generic.Run(call, input).Int8[0]);
    }

    [Fact]
    public void Linear_SumBeyondInt32_WrapsInAllEngines()
    {
        QuantizedLinearCall call = Calls.Linear(1, [1], 0, [int.MaxValue], 0, 0, 1 << 30, 0);
        Tensor input = Calls.Int8s(1);

        Assert.Equal(-128, engines.Scalar.Run(call, input).Int8[0]);
        Assert.Equal(-128, engines.OnnxRuntime.Run(call, input).Int8[0]);
        Assert.Equal(-128, engines.Generic.Run(call, input).Int8[0]);
    }

    private static sbyte[] Int8s(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (sbyte)random.Next(-128, 128))];
}
