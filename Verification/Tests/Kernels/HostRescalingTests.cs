using TileProof.Kernels.Bodies;
using TileProof.Kernels.Constants;
using TileProof.Kernels.Executors;
using TileProof.Kernels.Host;
using TileProof.Operators;

namespace TileProof.Tests.Kernels;

/// <summary>The vectorised rescaling operators against their kernel bodies, byte for byte.</summary>
public sealed class HostRescalingTests
{
    /// <summary>Below one vector, whole vectors, and every tail.</summary>
    private static readonly int[] Lengths = [.. Enumerable.Range(1, 66)];

    [Fact]
    public void Quantize_AnyLength_VectorEqualsBody() =>
        Assert.All(Lengths, static length => AssertQuantizeEqualsBody(new RandomOperands(length).Float32(length, 20f), new RescalingParameters(10f, 0, 3)));

    [Fact]
    public void Quantize_AnyBitsAndTies_VectorEqualsBody()
    {
        var operands = new RandomOperands(1);
        float[] anyBits = [.. Enumerable.Range(0, 20_000).Select(_ => operands.AnyFloat32())];
        float[] halves = [.. Enumerable.Range(-300, 601).Select(half => half / 2f)];
        foreach (int zeroPoint in (int[])[-128, -1, 0, 1, 127])
        {
            AssertQuantizeEqualsBody(anyBits, new RescalingParameters(3.7f, 0, zeroPoint));
            AssertQuantizeEqualsBody(halves, new RescalingParameters(1f, 0, zeroPoint));
        }

        AssertQuantizeEqualsBody(anyBits, new RescalingParameters(float.MaxValue, 0, 5));
    }

    [Fact]
    public void QuantizedRelu_AnyLength_VectorEqualsBody() =>
        Assert.All(Lengths, static length => AssertReluEqualsBody(new RandomOperands(length).Int8(length), new RescalingParameters(0.7f, -20, 4)));

    [Fact]
    public void QuantizedRelu_EveryLevelAndManyScales_VectorEqualsBody()
    {
        sbyte[] levels = [.. Enumerable.Range(-128, 256).Select(level => (sbyte)level)];
        foreach (float scale in (float[])[0.5f, 0.1f, 1f, 1.5f, 300f, 1e-20f])
        {
            foreach (int zeroPoint in (int[])[-128, -3, 0, 127])
            {
                AssertReluEqualsBody(levels, new RescalingParameters(scale, zeroPoint, -zeroPoint - 1));
            }
        }
    }

    private static void AssertQuantizeEqualsBody(float[] values, RescalingParameters parameters)
    {
        TensorShape shape = TensorShape.FromMatrix(1, values.Length);
        using var executor = new HostExecutor(2);
        using KernelValue input = executor.Upload(Tensor.FromFloat32(shape, values));
        using KernelValue output = executor.Allocate(shape, ElementType.Int8);
        executor.Quantize(parameters, input, output);
        var view = new ArrayView<float>(values);
        Assert.Equal(Enumerable.Range(0, values.Length).Select(i => QuantizeKernel.Compute(i, view, parameters)), executor.Download(output).Int8.ToArray());
    }

    private static void AssertReluEqualsBody(sbyte[] values, RescalingParameters parameters)
    {
        TensorShape shape = TensorShape.FromMatrix(1, values.Length);
        using var executor = new HostExecutor(2);
        using KernelValue input = executor.Upload(Tensor.FromInt8(shape, values));
        using KernelValue output = executor.Allocate(shape, ElementType.Int8);
        executor.QuantizedRelu(parameters, input, output);
        var view = new ArrayView<sbyte>(values);
        Assert.Equal(Enumerable.Range(0, values.Length).Select(i => QuantizedReluKernel.Compute(i, view, parameters)), executor.Download(output).Int8.ToArray());
    }
}
