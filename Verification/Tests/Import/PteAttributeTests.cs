using TileProof.Golden.Export.Pte;
using TileProof.Golden.Import;
using TileProof.Golden.Import.Pte;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;

namespace TileProof.Tests.Import;

/// <summary>Every argument of every operator of the program format, written and read back, on shapes that are not square.</summary>
public sealed class PteAttributeTests
{
    [Theory]
    [InlineData(1, 3, 5, 1, 1, 1, 1)]
    [InlineData(3, 5, 2, 3, 2, 1, 1)]
    [InlineData(2, 3, 2, 1, 1, 2, 1)]
    [InlineData(2, 2, 3, 2, 0, 1, 2)]
    [InlineData(1, 1, 1, 1, 0, 1, 4)]
    public void Read_WrittenConvolution_SameCall(int batch, int kernelHeight, int kernelWidth, int stride, int padding, int dilation, int groups)
    {
        foreach (bool perChannel in new[] { false, true })
        {
            AssertSame(Network(TensorShape.FromNchw(batch, 4, 9, 13), (network, x) =>
            {
                var shape = Conv2dShape.Create(4, 9, 13, 8, kernelHeight, kernelWidth, stride, padding, dilation, groups);
                TensorInfo levels = network.Quantize(Name("q"), x, QuantizationParameters.FromScale(0.02f, -5));
                _ = network.Conv2d(
                    Name("conv"), levels, shape, ModelParts.Levels(shape.WeightCount), [7, -70, 700, -7000, 1, 2, 3, 4],
                    perChannel ? [0.001f, 0.002f, 0.003f, 0.004f, 0.005f, 0.006f, 0.007f, 0.008f] : [0.003f], null, QuantizationParameters.FromScale(0.07f, 21));
            }));
        }
    }

    [Theory]
    [InlineData(3, 2, 2, 1)]
    [InlineData(2, 5, 1, 0)]
    [InlineData(1, 3, 3, 0)]
    public void Read_WrittenPoolingSumAndMean_SameCalls(int kernelHeight, int kernelWidth, int stride, int padding)
    {
        for (int batch = 1; batch <= 3; batch += 2)
        {
            AssertSame(Network(TensorShape.FromNchw(batch, 5, 11, 8), (network, x) =>
            {
                TensorInfo maximum = network.MaxPool2d(Name("pool"), x, MaxPool2dShape.Create(5, 11, 8, kernelHeight, kernelWidth, stride, padding));
                TensorInfo levels = network.Quantize(Name("q"), maximum, QuantizationParameters.FromScale(0.03f, 127));
                TensorInfo rectified = network.Relu(Name("relu"), levels, 1_234_567_890, -3, QuantizationParameters.FromScale(Rectified(0.03f, 1_234_567_890, -3), -128));
                TensorInfo real = network.Dequantize(Name("real"), rectified);
                TensorInfo sum = network.Add(Name("add"), maximum, real);
                _ = network.Softmax(Name("softmax"), network.Mean(Name("mean"), sum));
            }));
        }
    }

    [Fact]
    public void Read_WrittenLinear_SameCall()
    {
        foreach (int batch in new[] { 1, 4 })
        {
            AssertSame(Network(TensorShape.FromMatrix(batch, 24), static (network, x) =>
            {
                TensorInfo levels = network.Quantize(Name("q"), x, QuantizationParameters.FromScale(0.02f, 19));
                TensorInfo rows = network.Linear(
                    Name("fc"), levels, ModelParts.Levels(5, 24), -3, 0.004f, [1, -2, 300, -4000, 5], 1_999_999_999, -7, QuantizationParameters.FromScale(0.09f, -33));
                _ = network.Dequantize(Name("real"), rows);
            }));
        }
    }

    [Fact]
    public void Read_WrittenOperatorsOfLevels_SameCalls()
    {
        Network network = OwnOperators();
        Assert.Equal(14, network.Calls.Count);
        AssertSame(network);
    }

    /// <summary>Every operator that only this project has a program of, in int8 and float32.</summary>
    internal static Network OwnOperators() => Network(TensorShape.FromNchw(2, 5, 11, 8), static (network, x) =>
    {
        QuantizationParameters first = QuantizationParameters.FromScale(0.02f, -5);
        QuantizationParameters second = QuantizationParameters.FromScale(0.035f, 17);
        TensorInfo levels = network.Quantize(Name("q"), x, first);
        TensorInfo moved = network.LevelArithmetic(Name("requantize"), LevelOperation.None, [levels], second);
        TensorInfo sum = network.LevelArithmetic(Name("sum"), LevelOperation.Add, [levels, moved], first);
        TensorInfo product = network.LevelArithmetic(Name("product"), LevelOperation.Multiply, [sum, moved], first);
        TensorInfo joined = network.Concat(Name("channels"), [levels, sum, product], 1, TensorShape.FromNchw(2, 15, 11, 8));
        TensorInfo rows = network.Concat(Name("rows"), [joined, joined], 2, TensorShape.FromNchw(2, 15, 22, 8));
        TensorInfo padded = network.Pad(Name("pad"), rows, 1, 2, 0, 3, -5);
        TensorInfo pooled = network.MaxPool2d(Name("pool"), padded, MaxPool2dShape.Create(15, 23, 13, 3, 2, 3, 1));
        TensorInfo real = network.Dequantize(Name("real"), pooled);
        TensorInfo reals = network.Concat(Name("columns"), [real, real], 3, TensorShape.FromNchw(2, 15, pooled.Shape.Height, 2 * pooled.Shape.Width));
        TensorInfo bordered = network.Pad(Name("border"), reals, 0, 1, 1, 0, 0);
        TensorInfo maximum = network.MaxPool2d(Name("float pool"), bordered, MaxPool2dShape.Create(15, bordered.Shape.Height, bordered.Shape.Width, 2, 2, 1, 0));
        TensorInfo mean = network.Mean(Name("mean"), maximum);
        _ = network.Softmax(Name("softmax"), mean);
    });

    private static float Rectified(float scale, int multiplier, int shift) => (float)(scale / Math.ScaleB(multiplier, shift - 31));

    private static CallName Name(string name) => new(name, $"{name}.out");

    private static Network Network(TensorShape shape, Action<NetworkAssembler, TensorInfo> body)
    {
        var network = new NetworkAssembler(new TensorInfo("input", shape, ElementType.Float32, null));
        body(network, network.Input);
        return network.Build("parts");
    }

    private static void AssertSame(Network network)
    {
        Network read = PteModel.Read("parts.pte", PteModelWriter.Write(network));
        Assert.Equal(NetworkText.Of(network, withNames: false), NetworkText.Of(read, withNames: false));
        Tensor image = SampleNetwork.Images(network.Input.Shape);
        Assert.Equal(NetworkRun.Hashes(network, image), NetworkRun.Hashes(read, image));
    }
}
