using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Support;

/// <summary>Single operator calls for tests, and one way to run them.</summary>
internal static class Calls
{
    public static Tensor Run(this IOperatorEngine engine, OperatorCall call, params Tensor[] inputs) =>
        engine.Run(call, inputs, ParameterDerivation.L1Norm);

    public static QuantizePerTensorCall Quantize(int count, float scale, int zeroPoint) => new()
    {
        Index = 0,
        Name = "quantize",
        Inputs = [Float("x", Row(count))],
        Output = Int8("y", Row(count), scale, zeroPoint),
    };

    public static DequantizePerTensorCall Dequantize(int count, float scale, int zeroPoint) => new()
    {
        Index = 0,
        Name = "dequantize",
        Inputs = [Int8("x", Row(count), scale, zeroPoint)],
        Output = Float("y", Row(count)),
    };

    public static QuantizedReluCall Relu(int count, int inputZeroPoint, int outputZeroPoint, int multiplier, int shift) => new()
    {
        Index = 0,
        Name = "relu",
        Inputs = [Int8("x", Row(count), 1, inputZeroPoint)],
        Output = Int8("y", Row(count), 1, outputZeroPoint),
        OutputMultiplier = multiplier,
        OutputShift = shift,
    };

    public static AddCall Add(int count) => new()
    {
        Index = 0,
        Name = "add",
        Inputs = [Float("a", Row(count)), Float("b", Row(count))],
        Output = Float("y", Row(count)),
    };

    public static MeanCall Mean(TensorShape shape) => new()
    {
        Index = 0,
        Name = "mean",
        Inputs = [Float("x", shape)],
        Output = Float("y", TensorShape.FromMatrix(shape.Batch, shape.Channels)),
    };

    public static MaxPool2dCall MaxPool(MaxPool2dShape shape, int batch) => new()
    {
        Index = 0,
        Name = "maxpool",
        Inputs = [Float("x", shape.InputShape(batch))],
        Output = Float("y", shape.OutputShape(batch)),
        Shape = shape,
    };

    public static SoftmaxCall Softmax(int rows, int columns) => new()
    {
        Index = 0,
        Name = "softmax",
        Inputs = [Float("x", TensorShape.FromMatrix(rows, columns))],
        Output = Float("y", TensorShape.FromMatrix(rows, columns)),
    };

    public static QuantizedLinearCall Linear(
        int rows, sbyte[] weights, int weightZeroPoint, int[] bias, int inputZeroPoint, int outputZeroPoint, int multiplier, int shift) => new()
    {
        Index = 0,
        Name = "linear",
        Inputs = [Int8("x", TensorShape.FromMatrix(rows, weights.Length / bias.Length), 1, inputZeroPoint)],
        Output = Int8("y", TensorShape.FromMatrix(rows, bias.Length), 1, outputZeroPoint),
        Weights = weights,
        WeightZeroPoint = weightZeroPoint,
        WeightScale = 1,
        Bias = bias,
        OutputMultiplier = multiplier,
        OutputShift = shift,
    };

    /// <summary>A convolution with weight scales of 1 / 500, one for the tensor or one per channel.</summary>
    public static Conv2dCall Conv(Conv2dShape shape, int batch, Random random, bool perChannel) => new()
    {
        Index = 0,
        Name = "conv",
        Inputs = [Int8("x", shape.InputShape(batch), 0.05f, -3)],
        Output = Int8("y", shape.OutputShape(batch), 0.04f, 7),
        Shape = shape,
        Weights = [.. Enumerable.Range(0, shape.WeightCount).Select(_ => (sbyte)random.Next(-127, 128))],
        Bias = [.. Enumerable.Range(0, shape.OutChannels).Select(_ => random.Next(-2000, 2000))],
        WeightScales = [.. Enumerable.Range(0, perChannel ? shape.OutChannels : 1).Select(_ => (1 + random.NextSingle()) / 500)],
    };

    public static Tensor RandomInt8(Random random, TensorShape shape)
    {
        Tensor tensor = Tensor.Create(shape, ElementType.Int8);
        random.NextBytes(tensor.Bytes);
        return tensor;
    }

    public static Tensor Floats(params float[] elements) => Tensor.FromFloat32(Row(elements.Length), elements);

    public static Tensor Int8s(params sbyte[] elements) => Tensor.FromInt8(Row(elements.Length), elements);

    private static TensorShape Row(int count) => TensorShape.FromMatrix(1, count);

    private static TensorInfo Float(string name, TensorShape shape) => new(name, shape, ElementType.Float32, null);

    private static TensorInfo Int8(string name, TensorShape shape, float scale, int zeroPoint) =>
        new(name, shape, ElementType.Int8, QuantizationParameters.FromScale(scale, zeroPoint));
}
