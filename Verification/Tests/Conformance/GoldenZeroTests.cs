using TileProof.Kernels;
using TileProof.Kernels.Devices;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Tests.Conformance;

/// <summary>A float max pooling that reads a -0: the contract takes +0 for the larger zero, ONNX Runtime leaves that open.</summary>
public sealed class GoldenZeroTests
{
    private static readonly MaxPool2dShape Shape = MaxPool2dShape.Create(3, 6, 10, 2, 2, 2, 0);

    [Theory]
    [InlineData(0)]
    [InlineData(22)]
    [InlineData(44)]
    public void Compute_PoolingOfBothZeros_TheContractIsTheReferenceAndSignsAreNamed(int window)
    {
        GoldenCall golden = GoldenOf(input =>
        {
            // The last element of the window is +0, the others -0; all other windows hold the numbers of the image.
            int[] offsets = WindowOf(window);
            Array.ForEach(offsets, offset => input.Float32[offset] = -0f);
            input.Float32[offsets[^1]] = 0f;
        });

        Assert.Equal("scalar-oracle", golden.Reference);
        Assert.True(golden.IsAgreed, string.Join("; ", golden.Agreements));
        Assert.Equal(0, BitConverter.SingleToInt32Bits(golden.Expected.Float32[window]));
        GoldenAgreement onnx = golden.Agreements.Single(static agreement => agreement.Engine.StartsWith("onnx", StringComparison.Ordinal));
        Assert.Equal((0, 45, 0), (onnx.ToleratedUlp, onnx.ComparedElements, onnx.DifferingElements));
        Assert.InRange(onnx.OtherZeros, 0, 1);
        Assert.Equal(onnx.OtherZeros == 1, onnx.ToString().EndsWith("1 zero of the other sign", StringComparison.Ordinal));
    }

    [Fact]
    public void Compute_PoolingWithoutNegativeZeros_OnnxRuntimeIsTheReferenceBitForBit()
    {
        GoldenCall golden = GoldenOf(static input => input.Float32[17] = 0f);
        Assert.StartsWith("onnx", golden.Reference, StringComparison.Ordinal);
        Assert.True(golden.IsAgreed);
        Assert.DoesNotContain(golden.Agreements, static agreement => agreement.Engine.StartsWith("onnx", StringComparison.Ordinal));
    }

    /// <summary>Zeros of the other sign are counted and no differences; other values are, wherever they stand.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(29)]
    [InlineData(59)]
    public void WithinUlp_ZerosOfTheOtherSign_AgreeAndAreCounted(int at)
    {
        TensorShape shape = TensorShape.FromNchw(2, 3, 2, 5);
        var reference = Tensor.Create(shape, ElementType.Float32);
        var other = Tensor.Create(shape, ElementType.Float32);
        other.Float32[at] = -0f;
        var agreement = GoldenAgreement.WithinUlp("engine", reference, other, 0);
        Assert.Equal((true, 0, 1), (agreement.IsAgreed, agreement.DifferingElements, agreement.OtherZeros));
        Assert.Equal("engine: 0 of 60 elements differ, 1 zero of the other sign", agreement.ToString());

        other.Float32[at] = float.Epsilon;
        agreement = GoldenAgreement.WithinUlp("engine", reference, other, 0);
        Assert.Equal((false, 1, 0), (agreement.IsAgreed, agreement.DifferingElements, agreement.OtherZeros));
    }

    /// <summary>The offsets of the input that make an element of the output.</summary>
    private static int[] WindowOf(int element)
    {
        TensorIndex index = Shape.OutputShape().IndexOf(element);
        return [.. from ky in Enumerable.Range(0, 2) from kx in Enumerable.Range(0, 2) select Shape.InputShape().OffsetOf(0, index.C, (2 * index.Y) + ky, (2 * index.X) + kx)];
    }

    private static GoldenCall GoldenOf(Action<Tensor> change)
    {
        MaxPool2dCall call = Calls.MaxPool(Shape, batch: 1);
        var network = new Network("pool", call.Input, [call]);
        var image = Tensor.FromFloat32(call.Input.Shape, [.. Enumerable.Range(0, call.Input.Shape.ElementCount).Select(static i => 1 + (i * 0.25f))]);
        change(image);
        using var engines = new GoldenEngines(new DataParallelEngine(DeviceCatalog.Open(DeviceChoice.Host)));
        return NetworkGolden.Compute(network, image, engines, new VerifyOptions(), CancellationToken.None)[0];
    }
}
