using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Golden.Import;

/// <summary>Collects the calls of an imported quantized model; every method returns the value that its call writes.</summary>
internal sealed class NetworkAssembler(TensorInfo input)
{
    private readonly List<OperatorCall> calls = [];

    public TensorInfo Input { get; } = input;

    public int Count => calls.Count;

    public OperatorCall? Last => calls.Count > 0 ? calls[^1] : null;

    /// <summary>Whether a call that was added writes a value.</summary>
    public bool Makes(TensorInfo value) => calls.Exists(call => call.Output == value);

    public TensorInfo Quantize(CallName name, TensorInfo source, QuantizationParameters quantization) => Append(new QuantizePerTensorCall
    {
        Index = calls.Count, Name = name.Call, Inputs = [source], Output = new TensorInfo(name.Value, source.Shape, ElementType.Int8, quantization),
    });

    public TensorInfo Dequantize(CallName name, TensorInfo source) => Append(new DequantizePerTensorCall
    {
        Index = calls.Count, Name = name.Call, Inputs = [source], Output = Float32(name, source.Shape),
    });

    /// <exception cref="ArgumentException">A scale from accumulator to output levels is not finite and above 0.</exception>
    public TensorInfo Conv2d(
        CallName name, TensorInfo source, Conv2dShape shape, sbyte[] weights, int[] bias, float[] weightScales, float[]? statedBiasScales, QuantizationParameters quantization)
    {
        var call = new Conv2dCall
        {
            Index = calls.Count,
            Name = name.Call,
            Inputs = [source],
            Output = new TensorInfo(name.Value, shape.OutputShape(source.Shape.Batch), ElementType.Int8, quantization),
            Shape = shape,
            Weights = weights,
            Bias = bias,
            WeightScales = weightScales,
            StatedBiasScales = statedBiasScales,
        };
        foreach (float biasScale in call.BiasScales)
        {
            float effectiveScale = RequantizationDeriver.EffectiveScale(biasScale, quantization.Scale);
            if (!float.IsFinite(effectiveScale) || effectiveScale <= 0)
            {
                throw new ArgumentException($"input scale x weight scale / output scale is {effectiveScale:R}, expected a finite number above 0", nameof(quantization));
            }
        }

        return Append(call);
    }

    /// <summary>Gives the convolution that was added last limits of its output levels.</summary>
    public void Clamp(int minimum, int maximum) => calls[^1] = (Conv2dCall)calls[^1] with { ClampMinimum = minimum, ClampMaximum = maximum };

    public TensorInfo Relu(CallName name, TensorInfo source, int multiplier, int shift, QuantizationParameters quantization) => Append(new QuantizedReluCall
    {
        Index = calls.Count,
        Name = name.Call,
        Inputs = [source],
        Output = new TensorInfo(name.Value, source.Shape, ElementType.Int8, quantization),
        OutputMultiplier = multiplier,
        OutputShift = shift,
    });

    public TensorInfo Linear(
        CallName name, TensorInfo source, sbyte[] weights, int weightZeroPoint, float weightScale, int[] bias, int multiplier, int shift, QuantizationParameters quantization) =>
        Append(new QuantizedLinearCall
        {
            Index = calls.Count,
            Name = name.Call,
            Inputs = [source],
            Output = new TensorInfo(name.Value, TensorShape.FromMatrix(source.Shape.Batch, bias.Length), ElementType.Int8, quantization),
            Weights = weights,
            WeightZeroPoint = weightZeroPoint,
            WeightScale = weightScale,
            Bias = bias,
            OutputMultiplier = multiplier,
            OutputShift = shift,
        });

    public TensorInfo MaxPool2d(CallName name, TensorInfo source, MaxPool2dShape shape) => Append(new MaxPool2dCall
    {
        Index = calls.Count, Name = name.Call, Inputs = [source], Output = source with { Name = name.Value, Shape = shape.OutputShape(source.Shape.Batch) }, Shape = shape,
    });

    /// <summary>Mean over the elements of windows that lie in the image.</summary>
    /// <exception cref="ArgumentException">The scales are so far apart that a factor is not finite.</exception>
    public TensorInfo AveragePool2d(CallName name, TensorInfo source, MaxPool2dShape shape, QuantizationParameters quantization) => Append(AveragePool2dCall.Checked(new AveragePool2dCall
    {
        Index = calls.Count, Name = name.Call, Inputs = [source], Output = new TensorInfo(name.Value, shape.OutputShape(source.Shape.Batch), ElementType.Int8, quantization), Shape = shape,
    }));

    public TensorInfo Mean(CallName name, TensorInfo source) => Append(new MeanCall
    {
        Index = calls.Count, Name = name.Call, Inputs = [source], Output = Float32(name, TensorShape.FromMatrix(source.Shape.Batch, source.Shape.Channels)),
    });

    public TensorInfo Add(CallName name, TensorInfo left, TensorInfo right) => Append(new AddCall
    {
        Index = calls.Count, Name = name.Call, Inputs = [left, right], Output = Float32(name, left.Shape),
    });

    /// <summary>Values behind each other along an axis of <c>[N, C, H, W]</c>; int8 ones have one scale and zero point.</summary>
    public TensorInfo Concat(CallName name, IReadOnlyList<TensorInfo> sources, int axis, TensorShape shape) => Append(new ConcatCall
    {
        Index = calls.Count, Name = name.Call, Inputs = sources, Output = sources[0] with { Name = name.Value, Shape = shape }, Axis = axis,
    });

    /// <summary>Consecutive indices of an axis of <c>[N, C, H, W]</c>.</summary>
    public TensorInfo Slice(CallName name, TensorInfo source, int axis, int first, TensorShape shape) => Append(new SliceCall
    {
        Index = calls.Count, Name = name.Call, Inputs = [source], Output = source with { Name = name.Value, Shape = shape }, Axis = axis, First = first,
    });

    /// <summary>Rows and columns of one level around images; 0 where they are float32.</summary>
    public TensorInfo Pad(CallName name, TensorInfo source, int top, int left, int bottom, int right, sbyte level) => Append(new PadCall
    {
        Index = calls.Count,
        Name = name.Call,
        Inputs = [source],
        Output = source with
        {
            Name = name.Value,
            Shape = TensorShape.FromNchw(source.Shape.Batch, source.Shape.Channels, checked(source.Shape.Height + top + bottom), checked(source.Shape.Width + left + right)),
        },
        PadTop = top,
        PadLeft = left,
        PadBottom = bottom,
        PadRight = right,
        Level = level,
    });

    /// <summary>Requantization, sum or product of int8 values.</summary>
    /// <exception cref="ArgumentException">Scales are so far apart that a step is not finite.</exception>
    public TensorInfo LevelArithmetic(CallName name, LevelOperation operation, IReadOnlyList<TensorInfo> sources, QuantizationParameters quantization)
    {
        const float mostLevels = 255;
        float[] largest = [.. sources.Select(static source => mostLevels * source.RequiredQuantization.Scale)];
        float real = operation == LevelOperation.Multiply ? largest[0] * largest[1] : largest.Sum();
        if (!float.IsFinite(real) || !float.IsFinite(1 / quantization.Scale))
        {
            throw new ArgumentException($"scales of {string.Join(" and ", sources.Select(static source => source.RequiredQuantization.Scale))} to {quantization.Scale} leave single precision", nameof(quantization));
        }

        return Append(new LevelArithmeticCall
        {
            Index = calls.Count, Name = name.Call, Inputs = sources, Output = new TensorInfo(name.Value, sources[0].Shape, ElementType.Int8, quantization), Operation = operation,
        });
    }

    public TensorInfo Softmax(CallName name, TensorInfo source) => Append(new SoftmaxCall
    {
        Index = calls.Count, Name = name.Call, Inputs = [source], Output = Float32(name, source.Shape),
    });

    public TensorInfo Fallback(CallName name, IReadOnlyList<TensorInfo> sources, TensorShape outputShape, string operatorType, byte[] model) => Append(new OnnxFallbackCall
    {
        Index = calls.Count, Name = name.Call, Inputs = sources, Output = Float32(name, outputShape), OperatorType = operatorType, Model = model,
    });

    public Network Build(string networkName, IReadOnlyList<TensorInfo>? outputs = null, IReadOnlyList<NetworkInput>? otherInputs = null) => new(networkName, Input, calls, outputs?.Distinct().ToArray(), otherInputs);

    private static TensorInfo Float32(CallName name, TensorShape shape) => new(name.Value, shape, ElementType.Float32, null);

    private TensorInfo Append(OperatorCall call)
    {
        calls.Add(call);
        return call.Output;
    }
}
