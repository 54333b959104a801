using TileProof.Golden.Generic;
using TileProof.Golden.Scalar;
using TileProof.Kernels;
using TileProof.Kernels.Executors;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Execution;

namespace TileProof.Tests.Kernels;

/// <summary>Every operator on every device against the scalar oracle and the generic library, which share no arithmetic with the kernels.</summary>
[Collection(SharedDevices.Name)]
public sealed class EngineEqualityTests(DeviceFixture devices)
{
    private static readonly QuantizationParameters InputQuantization = QuantizationParameters.FromScale(0.05f, -7);
    private static readonly QuantizationParameters OutputQuantization = QuantizationParameters.FromScale(0.11f, 3);

    [SkippableTheory, MemberData(nameof(DeviceFixture.Kinds), MemberType = typeof(DeviceFixture))]
    public void Conv2d_EdgeShapes_EqualTheScalarOracle(KernelDeviceKind kind) => RequireForEveryShape(kind, (name, shape, batch, engines) =>
    {
        var operands = new RandomOperands(shape.WeightCount + 1);
        Tensor input = operands.Int8(shape.InputShape(batch));
        sbyte[] weights = operands.Int8(shape.WeightCount);
        foreach (bool perChannel in (bool[])[false, true])
        {
            Requantization requantization = operands.Requantization(shape, perChannel, perChannel);
            ScalarConv2dResult expected = ScalarConv2d.Compute(shape, batch, input.Int8, weights, requantization);
            foreach (DataParallelEngine engine in engines)
            {
                AssertEqual<sbyte>(expected.Output, engine.Conv2d(shape, input, weights, requantization).Int8, $"{name}, {(perChannel ? "a scale per channel" : "one scale")}, on {engine.Device.Name}");
            }
        }
    });

    [SkippableTheory, MemberData(nameof(DeviceFixture.Kinds), MemberType = typeof(DeviceFixture))]
    public void Conv2dGeneric_EdgeShapes_EqualTheGenericLibrary(KernelDeviceKind kind) => RequireForEveryShape(kind, static (name, shape, batch, engines) =>
    {
        Conv2dCall call = Convolution(shape, batch, perChannel: true);
        Tensor input = new RandomOperands(5).Int8(shape.InputShape(batch));
        sbyte[] expected = GenericConv2d.Compute(
            shape, batch, input.Int8, call.Weights, call.Bias, call.BiasScales, InputQuantization.ZeroPoint, OutputQuantization.Scale, OutputQuantization.ZeroPoint);
        foreach (DataParallelEngine engine in engines)
        {
            AssertEqual<sbyte>(expected, engine.Conv2dGeneric(call, input).Int8, $"{name} on {engine.Device.Name}");
        }
    });

    [SkippableTheory, MemberData(nameof(DeviceFixture.Kinds), MemberType = typeof(DeviceFixture))]
    public void Conv2dFloat32_EdgeShapes_EqualDoubleSumsRoundedOnce(KernelDeviceKind kind) => RequireForEveryShape(kind, static (name, shape, batch, engines) =>
    {
        var operands = new RandomOperands(6);
        Tensor input = operands.Float32(shape.InputShape(batch), 3f);
        float[] weights = operands.Float32(shape.WeightCount, 0.5f);
        float[] bias = operands.Float32(shape.OutChannels, 1f);
        float[] expected = PlainFloatConvolution(shape, batch, input, weights, bias);
        foreach (DataParallelEngine engine in engines)
        {
            AssertEqual<float>(expected, engine.Conv2dFloat32(shape, input, weights, bias).Float32, $"{name} on {engine.Device.Name}");
        }
    });

    [SkippableTheory, MemberData(nameof(DeviceFixture.Kinds), MemberType = typeof(DeviceFixture))]
    public void Run_Conv2dCallInBothDerivations_EqualsTheScalarOracle(KernelDeviceKind kind)
    {
        Conv2dShape shape = Conv2dShape.Create(8, 6, 6, 9, 3, 3, 1, 1);
        AssertEqualsOracle(kind, Convolution(shape, 2, perChannel: false), ParameterDerivation.L1Norm);
        AssertEqualsOracle(kind, Convolution(shape, 2, perChannel: false), ParameterDerivation.WorstCase);
    }

    [SkippableTheory, MemberData(nameof(DeviceFixture.Kinds), MemberType = typeof(DeviceFixture))]
    public void Run_ElementwiseOperators_EqualTheScalarOracle(KernelDeviceKind kind)
    {
        foreach (int length in (int[])[1, 15, 16, 17, 1000])
        {
            TensorInfo reals = Real("x", TensorShape.FromNchw(2, 3, 1, length));
            TensorInfo levels = Level("q", reals.Shape, InputQuantization);
            AssertEqualsOracle(kind, new QuantizePerTensorCall { Index = 0, Name = "quantize", Inputs = [reals], Output = Level("y", reals.Shape, OutputQuantization) });
            AssertEqualsOracle(kind, new DequantizePerTensorCall { Index = 0, Name = "dequantize", Inputs = [levels], Output = Real("y", reals.Shape) });
            AssertEqualsOracle(kind, new AddCall { Index = 0, Name = "add", Inputs = [reals, Real("z", reals.Shape)], Output = Real("y", reals.Shape) });
            (int multiplier, int shift) = FixedPointMultiplier.FromFactor(InputQuantization.Scale / OutputQuantization.Scale);
            AssertEqualsOracle(kind, new QuantizedReluCall
            {
                Index = 0,
                Name = "relu",
                Inputs = [levels],
                Output = Level("y", reals.Shape, OutputQuantization),
                OutputMultiplier = multiplier,
                OutputShift = shift,
            });
        }
    }

    [SkippableTheory, MemberData(nameof(DeviceFixture.Kinds), MemberType = typeof(DeviceFixture))]
    public void Run_ReductionsAndLinear_EqualTheScalarOracle(KernelDeviceKind kind)
    {
        foreach ((int height, int width) in ((int, int)[])[(2, 2), (7, 7), (1, 1), (3, 5)])
        {
            AssertEqualsOracle(kind, new MeanCall
            {
                Index = 0,
                Name = "mean",
                Inputs = [Real("x", TensorShape.FromNchw(2, 5, height, width))],
                Output = Real("y", TensorShape.FromMatrix(2, 5)),
            });
        }

        foreach (MaxPool2dShape shape in (MaxPool2dShape[])[MaxPool2dShape.Create(3, 9, 8, 3, 3, 2, 1), MaxPool2dShape.Create(2, 5, 7, 2, 2, 2, 0), MaxPool2dShape.Create(1, 4, 4, 3, 2, 1, 1)])
        {
            AssertEqualsOracle(kind, new MaxPool2dCall { Index = 0, Name = "pool", Inputs = [Real("x", shape.InputShape(2))], Output = Real("y", shape.OutputShape(2)), Shape = shape });
        }

        foreach (int length in (int[])[1, 2, 15, 16, 17, 31, 33, 1000])
        {
            TensorShape shape = TensorShape.FromMatrix(3, length);
            AssertEqualsOracle(kind, new SoftmaxCall { Index = 0, Name = "softmax", Inputs = [Real("x", shape)], Output = Real("y", shape) });
            AssertEqualsOracle(kind, Linear(length));
        }
    }

    [SkippableTheory, MemberData(nameof(DeviceFixture.Kinds), MemberType = typeof(DeviceFixture))]
    public void Run_OperatorsOfThisProject_EqualTheScalarOracle(KernelDeviceKind kind)
    {
        foreach (OperatorCall call in OwnOperatorTests.Operators)
        {
            AssertEqualsOracle(kind, call);
        }
    }

    private static TensorInfo Real(string name, TensorShape shape) => new(name, shape, ElementType.Float32, null);

    private static TensorInfo Level(string name, TensorShape shape, QuantizationParameters quantization) => new(name, shape, ElementType.Int8, quantization);

    private static Conv2dCall Convolution(Conv2dShape shape, int batch, bool perChannel)
    {
        var operands = new RandomOperands(4);
        return new Conv2dCall
        {
            Index = 0,
            Name = "conv",
            Inputs = [Level("x", shape.InputShape(batch), InputQuantization)],
            Output = Level("y", shape.OutputShape(batch), OutputQuantization),
            Shape = shape,
            Weights = operands.Int8(shape.WeightCount),
            Bias = operands.Int32(shape.OutChannels, 5000),
            WeightScales = perChannel ? [.. operands.Float32(shape.OutChannels, 0.001f).Select(x => MathF.Abs(x) + 0.0005f)] : [0.002f],
        };
    }

    private static QuantizedLinearCall Linear(int inputFeatures)
    {
        const int outputFeatures = 7;
        var operands = new RandomOperands(inputFeatures);
        (int multiplier, int shift) = FixedPointMultiplier.FromFactor(0.02 / Math.Sqrt(inputFeatures));
        return new QuantizedLinearCall
        {
            Index = 0,
            Name = "linear",
            Inputs = [Level("x", TensorShape.FromMatrix(2, inputFeatures), InputQuantization)],
            Output = Level("y", TensorShape.FromMatrix(2, outputFeatures), OutputQuantization),
            Weights = operands.Int8(inputFeatures * outputFeatures),
            WeightZeroPoint = 5,
            WeightScale = 0.01f,
            Bias = operands.Int32(outputFeatures, 3000),
            OutputMultiplier = multiplier,
            OutputShift = shift,
        };
    }

    private static float[] PlainFloatConvolution(Conv2dShape shape, int batch, Tensor input, float[] weights, float[] bias)
    {
        TensorShape outputShape = shape.OutputShape(batch);
        var output = new float[outputShape.ElementCount];
        int channelsPerGroup = shape.InChannels / shape.Groups;
        for (int i = 0; i < output.Length; i++)
        {
            TensorIndex at = outputShape.IndexOf(i);
            int firstChannel = at.C / (shape.OutChannels / shape.Groups) * channelsPerGroup;
            double sum = bias[at.C];
            for (int tap = 0; tap < shape.WeightsPerOutChannel; tap++)
            {
                int channel = firstChannel + (tap / (shape.KernelHeight * shape.KernelWidth));
                int y = (at.Y * shape.StrideHeight) - shape.PadTop + (tap / shape.KernelWidth % shape.KernelHeight * shape.DilationHeight);
                int x = (at.X * shape.StrideWidth) - shape.PadLeft + (tap % shape.KernelWidth * shape.DilationWidth);
                if (y >= 0 && y < shape.InHeight && x >= 0 && x < shape.InWidth)
                {
                    sum += (double)input.Float32[input.Shape.OffsetOf(at.N, channel, y, x)] * weights[(at.C * shape.WeightsPerOutChannel) + tap];
                }
            }

            output[i] = (float)sum;
        }

        return output;
    }

    private void RequireForEveryShape(KernelDeviceKind kind, Action<string, Conv2dShape, int, IReadOnlyList<DataParallelEngine>> require)
    {
        IReadOnlyList<DataParallelEngine> engines = devices.Require(kind);
        foreach ((string name, (Conv2dShape shape, int batch)) in ConvolutionCases.All)
        {
            require(name, shape, batch, engines);
        }
    }

    private static void AssertEqual<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        int at = expected.CommonPrefixLength(actual);
        Assert.True(at == expected.Length, at == expected.Length ? "" : $"{what}: element {at} is {actual[at]}, expected {expected[at]}");
    }

    private void AssertEqualsOracle(KernelDeviceKind kind, OperatorCall call, ParameterDerivation derivation = ParameterDerivation.L1Norm)
    {
        var operands = new RandomOperands(call.Input.Shape.ElementCount);
        Tensor[] inputs = [.. call.Inputs.Select(info => info.ElementType == ElementType.Int8 ? operands.Int8(info.Shape) : operands.Float32(info.Shape, 12f))];
        Tensor expected = new ScalarOracle().Run(call, inputs, derivation);
        foreach (DataParallelEngine engine in devices.Require(kind))
        {
            Assert.Equal(expected.Bytes.ToArray(), engine.Run(call, inputs, derivation).Bytes.ToArray());
        }
    }
}
