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
        Index = calls.Count, Name = name.Call, Inputs = [source], Output = Float32(name, shape.OutputShape(source.Shape.Batch)), Shape = shape,
    });

    public TensorInfo Mean(CallName name, TensorInfo source) => Append(new MeanCall
    {
        Index = calls.Count, Name = name.Call, Inputs = [source], Output = Float32(name, TensorShape.FromMatrix(source.Shape.Batch, source.Shape.Channels)),
    });

    public TensorInfo Add(CallName name, TensorInfo left, TensorInfo right) => Append(new AddCall
    {
        Index = calls.Count, Name = name.Call, Inputs = [left, right], Output = Float32(name, left.Shape),
    });

    public TensorInfo Softmax(CallName name, TensorInfo source) => Append(new SoftmaxCall
    {
        Index = calls.Count, Name = name.Call, Inputs = [source], Output = Float32(name, source.Shape),
    });

    public TensorInfo Fallback(CallName name, IReadOnlyList<TensorInfo> sources, TensorShape outputShape, string operatorType, byte[] model) => Append(new OnnxFallbackCall
    {
        Index = calls.Count, Name = name.Call, Inputs = sources, Output = Float32(name, outputShape), OperatorType = operatorType, Model = model,
    });

    public Network Build(string networkName, IReadOnlyList<TensorInfo>? outputs = null) => new(networkName, Input, calls, outputs?.Distinct().ToArray());

    private static TensorInfo Float32(CallName name, TensorShape shape) => new(name.Value, shape, ElementType.Float32, null);

    private TensorInfo Append(OperatorCall call)
    {
        calls.Add(call);
        return call.Output;
    }
}
