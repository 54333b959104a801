using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Quantization;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Networks;

public sealed class NetworkQuantizerTests
{
    private static readonly TensorShape InputShape = TensorShape.FromNchw(1, 2, 4, 4);

    [Fact]
    public void Quantize_ValueReadInBothTypesTwice_IsConvertedOnceEach()
    {
        var builder = new FloatNetworkBuilder("diamond", InputShape);
        string left = Conv(builder, "left", FloatNetworkBuilder.InputName, [1, 0, 0, 1]);
        string right = Conv(builder, "right", FloatNetworkBuilder.InputName, [0, 1, 1, 0]);
        string sum = builder.Add("sum", left, right);
        string again = builder.Add("again", sum, left);
        builder.Softmax("probabilities", builder.Mean("mean", again));

        Assert.Equal(
            ["input.quantize", "left", "right", "left.dequantize", "right.dequantize", "sum", "again", "mean", "probabilities"],
            QuantizeEverySixteen(builder.Build()).Calls.Select(call => call.Name));
    }

    [Fact]
    public void Quantize_ReluOfFloatValueAtTheEnd_QuantizesBeforeAndDequantizesAfter()
    {
        var builder = new FloatNetworkBuilder("tail", InputShape);
        builder.Relu("relu", builder.MaxPool2d("pool", FloatNetworkBuilder.InputName, kernel: 2, stride: 2, padding: 0));

        Network network = QuantizeEverySixteen(builder.Build());
        Assert.Equal(["pool", "pool.quantize", "relu", "relu.dequantize"], network.Calls.Select(call => call.Name));
        Assert.Equal(ElementType.Float32, network.Output.ElementType);
        Assert.Equal("relu.float32", network.Output.Name);
    }

    [Fact]
    public void Quantize_Convolution_SymmetricWeightsAndBiasInAccumulatorUnits()
    {
        var builder = new FloatNetworkBuilder("conv", InputShape);
        Conv(builder, "conv", FloatNetworkBuilder.InputName, [1.27f, -0.5f, 0.1f, -1.27f], [0.5f, -99f]);

        Conv2dCall call = QuantizeEverySixteen(builder.Build()).Convolutions.Single();
        Assert.Equal<sbyte>([127, -50, 10, -127], call.Weights);
        Assert.Equal([0.01f], call.WeightScales);

        // Input -16..16 in 255 steps.
        double biasScale = 32.0 / 255 * 0.01;
        Assert.Equal([(int)Math.Round(0.5 / biasScale), (int)Math.Round(-99 / biasScale)], call.Bias);
    }

    [Fact]
    public void Quantize_PerChannel_OneScalePerOutputChannelAndBiasToMatch()
    {
        var builder = new FloatNetworkBuilder("conv", InputShape);
        Conv(builder, "conv", FloatNetworkBuilder.InputName, [1.27f, -0.5f, 0.254f, -0.1f], [1f, 1f]);
        FloatNetwork network = builder.Build();

        Conv2dCall call = NetworkQuantizer.Quantize(network, EverySixteen(network), new QuantizationOptions { PerChannelWeights = true }).Convolutions.Single();
        Assert.Equal<sbyte>([127, -50, 127, -50], call.Weights);
        Assert.Equal([0.01f, 0.254f / 127], call.WeightScales);
        Assert.Equal(Math.Round(1 / (double)call.BiasScales[1]), call.Bias[1]);
        Assert.True(call.Requantize(ParameterDerivation.L1Norm).IsPerChannel);
    }

    [Fact]
    public void QuantizeBias_BeyondInt32_Saturates() =>
        Assert.Equal([int.MaxValue, int.MinValue, 2], WeightQuantizer.QuantizeBias([1e9f, -1e9f, 2.5e-6f], [1e-6f]));

    [Fact]
    public void QuantizeWeights_AllZero_HasAValidScale()
    {
        (sbyte[] levels, float[] scales) = WeightQuantizer.Quantize(new float[6], rowCount: 2, perRow: true);
        Assert.All(levels, level => Assert.Equal(0, level));
        Assert.All(scales, scale => Assert.True(scale > 0));
    }

    [Fact]
    public void Quantize_ReluCall_MultiplierIsTheRatioOfTheScales()
    {
        Network network = TestModels.Default("resnet18", 64).Quantized;
        Assert.All(network.Calls.OfType<QuantizedReluCall>(), call =>
        {
            double factor = call.OutputMultiplier * Math.ScaleB(1, call.OutputShift - 31);
            Assert.Equal((double)call.Input.RequiredQuantization.Scale / call.Output.RequiredQuantization.Scale, factor, 1e-8);
            Assert.Equal(sbyte.MinValue, call.Output.RequiredQuantization.ZeroPoint);
        });
    }

    [Fact]
    public void Quantize_MissingRange_NamesTheValue()
    {
        var builder = new FloatNetworkBuilder("conv", InputShape);
        Conv(builder, "conv", FloatNetworkBuilder.InputName, [1, 0, 0, 1]);
        var calibration = new Calibration(new Dictionary<string, ValueRange> { ["input"] = ValueRange.Between(-1, 1) }, "test");
        ArgumentException exception = Assert.Throws<ArgumentException>(() => NetworkQuantizer.Quantize(builder.Build(), calibration));
        Assert.Contains("'conv'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Quantize_ResNet18_Int8NetworkFollowsTheFloatNetwork()
    {
        QuantizedModel model = TestModels.Default("resnet18", 64);
        Tensor image = new SeededImages().Create(9, 64, 64);
        using var golden = new FloatGolden(model.Float, model.Float.ValueNames);
        IReadOnlyDictionary<string, Tensor> expected = golden.Run(image);
        using var engine = new OnnxRuntimeGolden();
        var values = new Dictionary<TensorInfo, Tensor> { [model.Quantized.Input] = image };
        foreach (OperatorCall call in model.Quantized.Calls)
        {
            Tensor output = engine.Run(call, [.. call.Inputs.Select(input => values[input])], ParameterDerivation.L1Norm);
            values.Add(call.Output, output);
            if (call is Conv2dCall)
            {
                Assert.True(Similarity(Dequantize(output, call.Output), expected[call.Name].Float32) > 0.97, call.Name);
                Assert.True(output.Int8.ToArray().Distinct().Count() > 60, $"{call.Name} uses few of the int8 levels");
            }
        }

        Assert.InRange(Similarity(values[model.Quantized.Output].Float32, expected["fc"].Float32), 0.97, 1);
    }

    private static string Conv(FloatNetworkBuilder builder, string name, string input, float[] weights, float[]? bias = null) =>
        builder.Conv2d(name, input, Conv2dShape.Create(2, 4, 4, 2, 1, 1, 1, 0), weights, bias ?? new float[2]);

    private static Calibration EverySixteen(FloatNetwork network) =>
        new(network.ValueNames.ToDictionary(name => name, _ => ValueRange.Between(-16, 16)), "test");

    private static Network QuantizeEverySixteen(FloatNetwork network) => NetworkQuantizer.Quantize(network, EverySixteen(network));

    private static float[] Dequantize(Tensor levels, TensorInfo info) =>
        [.. levels.Int8.ToArray().Select(level => info.RequiredQuantization.Scale * (level - info.RequiredQuantization.ZeroPoint))];

    private static double Similarity(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double product = 0;
        double leftSquares = 0;
        double rightSquares = 0;
        for (int i = 0; i < left.Length; i++)
        {
            product += (double)left[i] * right[i];
            leftSquares += (double)left[i] * left[i];
            rightSquares += (double)right[i] * right[i];
        }

        return product / Math.Sqrt(leftSquares * rightSquares);
    }
}
