using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Tests.Execution;

/// <summary>Operator calls for tests, one call a network of its own.</summary>
internal static class Calls
{
    public static readonly QuantizationParameters DefaultInput = QuantizationParameters.FromScale(0.047f, -11);
    public static readonly QuantizationParameters DefaultOutput = QuantizationParameters.FromScale(0.063f, 5);

    public static QuantizePerTensorCall Quantize(TensorShape shape, QuantizationParameters? output = null) => new()
    {
        Index = 0, Name = "quantize", Inputs = [Real("x", shape)], Output = Levels("y", shape, output ?? DefaultOutput),
    };

    public static DequantizePerTensorCall Dequantize(TensorShape shape, QuantizationParameters? input = null) => new()
    {
        Index = 0, Name = "dequantize", Inputs = [Levels("x", shape, input ?? DefaultInput)], Output = Real("y", shape),
    };

    public static QuantizedReluCall Relu(TensorShape shape, QuantizationParameters? input = null, QuantizationParameters? output = null)
    {
        QuantizationParameters from = input ?? DefaultInput;
        QuantizationParameters to = output ?? DefaultOutput;
        (int multiplier, int shift) = FixedPointMultiplier.FromFactor((double)from.Scale / to.Scale);
        return new()
        {
            Index = 0, Name = "relu", Inputs = [Levels("x", shape, from)], Output = Levels("y", shape, to), OutputMultiplier = multiplier, OutputShift = shift,
        };
    }

    public static AddCall Add(TensorShape shape) => new()
    {
        Index = 0, Name = "add", Inputs = [Real("a", shape), Real("b", shape)], Output = Real("y", shape),
    };

    public static MeanCall Mean(TensorShape shape) => new()
    {
        Index = 0, Name = "mean", Inputs = [Real("x", shape)], Output = Real("y", TensorShape.FromMatrix(shape.Batch, shape.Channels)),
    };

    public static SoftmaxCall Softmax(int rows, int columns) => new()
    {
        Index = 0, Name = "softmax", Inputs = [Real("x", TensorShape.FromMatrix(rows, columns))], Output = Real("y", TensorShape.FromMatrix(rows, columns)),
    };

    public static MaxPool2dCall MaxPool(MaxPool2dShape shape, int batch = 1) => new()
    {
        Index = 0, Name = "maxpool", Inputs = [Real("x", shape.InputShape(batch))], Output = Real("y", shape.OutputShape(batch)), Shape = shape,
    };

    public static MaxPool2dCall MaxPoolOfLevels(MaxPool2dShape shape, int batch = 1) => new()
    {
        Index = 0, Name = "maxpool", Inputs = [Levels("x", shape.InputShape(batch), DefaultInput)], Output = Levels("y", shape.OutputShape(batch), DefaultInput), Shape = shape,
    };

    public static AveragePool2dCall AveragePool(MaxPool2dShape shape, int batch = 1, QuantizationParameters? output = null) => new()
    {
        Index = 0, Name = "avgpool", Inputs = [Levels("x", shape.InputShape(batch), DefaultInput)], Output = Levels("y", shape.OutputShape(batch), output ?? QuantizationParameters.FromScale(0.017f, 9)), Shape = shape,
    };

    public static LevelArithmeticCall Arithmetic(LevelOperation operation, TensorShape shape, QuantizationParameters? output = null) => new()
    {
        Index = 0,
        Name = "arithmetic",
        Inputs = operation == LevelOperation.None
            ? [Levels("a", shape, DefaultInput)]
            : [Levels("a", shape, DefaultInput), Levels("b", shape, QuantizationParameters.FromScale(0.031f, 17))],
        Output = Levels("y", shape, output ?? DefaultOutput),
        Operation = operation,
    };

    /// <summary>Values whose extents along the axis are given; the others are those of a shape.</summary>
    public static ConcatCall Concat(TensorShape shape, int axis, bool isReal, params int[] extents)
    {
        TensorInfo Value(string name, int extent) => isReal ? Real(name, With(shape, axis, extent)) : Levels(name, With(shape, axis, extent), DefaultInput);
        return new()
        {
            Index = 0, Name = "concat", Inputs = [.. extents.Select((extent, i) => Value($"x{i}", extent))], Output = Value("y", extents.Sum()), Axis = axis,
        };
    }

    /// <summary>Consecutive indices of an axis.</summary>
    public static SliceCall Slice(TensorShape shape, int axis, bool isReal, int first, int count) => new()
    {
        Index = 0,
        Name = "slice",
        Inputs = [isReal ? Real("x", shape) : Levels("x", shape, DefaultInput)],
        Output = isReal ? Real("y", With(shape, axis, count)) : Levels("y", With(shape, axis, count), DefaultInput),
        Axis = axis,
        First = first,
    };

    public static PadCall Pad(TensorShape shape, bool isReal, int top, int left, int bottom, int right)
    {
        TensorShape padded = TensorShape.FromNchw(shape.Batch, shape.Channels, shape.Height + top + bottom, shape.Width + left + right);
        return new()
        {
            Index = 0,
            Name = "pad",
            Inputs = [isReal ? Real("x", shape) : Levels("x", shape, DefaultInput)],
            Output = isReal ? Real("y", padded) : Levels("y", padded, DefaultInput),
            PadTop = top,
            PadLeft = left,
            PadBottom = bottom,
            PadRight = right,
            Level = isReal ? (sbyte)0 : (sbyte)-11,
        };
    }

    /// <summary>A pooling with strides and paddings that differ by direction and side.</summary>
    public static MaxPool2dShape UnevenPool(int channels, int height, int width) => MaxPool2dShape.Create(channels, height, width, new Conv2dWindow
    {
        KernelHeight = 3, KernelWidth = 5, StrideHeight = 3, StrideWidth = 1, PadTop = 1, PadLeft = 0, PadBottom = 2, PadRight = 4, DilationHeight = 1, DilationWidth = 1,
    });

    private static TensorShape With(TensorShape shape, int axis, int extent) => TensorShape.FromNchw(
        axis == 0 ? extent : shape.Batch, axis == 1 ? extent : shape.Channels, axis == 2 ? extent : shape.Height, axis == 3 ? extent : shape.Width);

    public static QuantizedLinearCall Linear(int rows, int inputs, int outputs, int seed, int weightZeroPoint = 0)
    {
        const float WeightScale = 0.004f;
        QuantizationParameters output = QuantizationParameters.FromScale(0.021f * MathF.Sqrt(inputs), -3);
        (int multiplier, int shift) = FixedPointMultiplier.FromFactor((double)DefaultInput.Scale * WeightScale / output.Scale);
        return new()
        {
            Index = 0,
            Name = "linear",
            Inputs = [Levels("x", TensorShape.FromMatrix(rows, inputs), DefaultInput)],
            Output = Levels("y", TensorShape.FromMatrix(rows, outputs), output),
            Weights = SeededValues.Int8(inputs * outputs, seed),
            WeightScale = WeightScale,
            WeightZeroPoint = weightZeroPoint,
            Bias = SeededValues.Int32(outputs, 20000, seed + 1),
            OutputMultiplier = multiplier,
            OutputShift = shift,
        };
    }

    public static Conv2dCall Conv(Conv2dShape shape, int seed, int batch = 1, bool perChannel = false)
    {
        const float WeightScale = 0.004f;
        float[] weightScales = perChannel
            ? [.. Enumerable.Range(0, shape.OutChannels).Select(channel => WeightScale * (1 + (0.3f * channel)))]
            : [WeightScale];
        return new()
        {
            Index = 0,
            Name = "conv",
            Inputs = [Levels("x", shape.InputShape(batch), DefaultInput)],
            Output = Levels("y", shape.OutputShape(batch), QuantizationParameters.FromScale(0.024f * MathF.Sqrt(shape.WeightsPerOutChannel), 7)),
            Shape = shape,
            Weights = SeededValues.Int8(shape.WeightCount, seed),
            WeightScales = weightScales,
            Bias = SeededValues.Int32(shape.OutChannels, 3000, seed + 1),
        };
    }

    /// <summary>Seeded tensors for every input of a call.</summary>
    public static Tensor[] Inputs(OperatorCall call, int seed) =>
    [
        .. call.Inputs.Select((value, index) => value.ElementType == ElementType.Int8
            ? Tensor.FromInt8(value.Shape, SeededValues.Int8(value.Shape.ElementCount, seed + index))
            : Tensor.FromFloat32(value.Shape, SeededValues.Float32(value.Shape.ElementCount, 7f, seed + index))),
    ];

    private static TensorInfo Real(string name, TensorShape shape) => new(name, shape, ElementType.Float32, null);

    private static TensorInfo Levels(string name, TensorShape shape, QuantizationParameters quantization) => new(name, shape, ElementType.Int8, quantization);
}
