using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Tests.Support;

/// <summary>A small quantized network with every operator: a residual block between a stem and a classifier. Weights come from a fixed seed.</summary>
internal static class SampleNetwork
{
    private const int Seed = 20240607;

    /// <summary>The network for <c>[batch, 3, 16, 16]</c>.</summary>
    /// <param name="batch">Images at a time.</param>
    /// <param name="perChannel">Whether convolutions have one weight scale per output channel.</param>
    public static Network Create(int batch = 1, bool perChannel = false)
    {
        var random = new Random(Seed);
        var calls = new List<OperatorCall>();
        var input = new TensorInfo("input", TensorShape.FromNchw(batch, 3, 16, 16), ElementType.Float32, null);
        TensorInfo stem = Quantize(calls, "input.quantize", input, 0.021f, 4);
        stem = Conv(calls, random, "conv1", stem, Conv2dShape.Create(3, 16, 16, 8, 7, 7, 2, 3), 0.017f, -9, perChannel);
        stem = Relu(calls, "relu1", stem, 0.011f);
        TensorInfo pooled = Float(stem, "relu1.float32");
        calls.Add(new DequantizePerTensorCall { Index = calls.Count, Name = "relu1.dequantize", Inputs = [stem], Output = pooled });
        var poolShape = MaxPool2dShape.Create(8, 8, 8, 3, 3, 2, 1);
        var maximum = new TensorInfo("maxpool", poolShape.OutputShape(batch), ElementType.Float32, null);
        calls.Add(new MaxPool2dCall { Index = calls.Count, Name = "maxpool", Inputs = [pooled], Output = maximum, Shape = poolShape });
        TensorInfo block = Quantize(calls, "maxpool.quantize", maximum, 0.0103f, -128);
        block = Conv(calls, random, "block.conv1", block, Conv2dShape.Create(8, 4, 4, 8, 3, 3, 1, 1), 0.019f, 3, perChannel);
        TensorInfo branch = Float(block, "block.conv1.float32");
        calls.Add(new DequantizePerTensorCall { Index = calls.Count, Name = "block.conv1.dequantize", Inputs = [block], Output = branch });
        TensorInfo sum = new("block.add", branch.Shape, ElementType.Float32, null);
        calls.Add(new AddCall { Index = calls.Count, Name = "block.add", Inputs = [branch, maximum], Output = sum });
        TensorInfo level = Relu(calls, "block.relu", Quantize(calls, "block.add.quantize", sum, 0.023f, -11), 0.0131f);
        TensorInfo head = Float(level, "block.relu.float32");
        calls.Add(new DequantizePerTensorCall { Index = calls.Count, Name = "block.relu.dequantize", Inputs = [level], Output = head });
        var mean = new TensorInfo("mean", TensorShape.FromMatrix(batch, 8), ElementType.Float32, null);
        calls.Add(new MeanCall { Index = calls.Count, Name = "mean", Inputs = [head], Output = mean });
        TensorInfo classes = Linear(calls, random, "fc", Quantize(calls, "mean.quantize", mean, 0.0079f, -128), 5, 0.0061f, -2);
        TensorInfo logits = Float(classes, "fc.float32");
        calls.Add(new DequantizePerTensorCall { Index = calls.Count, Name = "fc.dequantize", Inputs = [classes], Output = logits });
        calls.Add(new SoftmaxCall { Index = calls.Count, Name = "softmax", Inputs = [logits], Output = new TensorInfo("softmax", logits.Shape, ElementType.Float32, null) });
        return new Network("sample", input, calls);
    }

    /// <summary>Images for the network, from a fixed seed.</summary>
    public static Tensor Images(TensorShape shape)
    {
        var random = new Random(Seed + 1);
        Tensor images = Tensor.Create(shape, ElementType.Float32);
        foreach (ref float element in images.Float32)
        {
            element = ((float)random.NextDouble() * 5f) - 2.5f;
        }

        return images;
    }

    private static TensorInfo Float(TensorInfo source, string name) => new(name, source.Shape, ElementType.Float32, null);

    private static TensorInfo Int8(string name, TensorShape shape, float scale, int zeroPoint) =>
        new(name, shape, ElementType.Int8, QuantizationParameters.FromScale(scale, zeroPoint));

    private static TensorInfo Quantize(List<OperatorCall> calls, string name, TensorInfo source, float scale, int zeroPoint)
    {
        TensorInfo output = Int8($"{name}d", source.Shape, scale, zeroPoint);
        calls.Add(new QuantizePerTensorCall { Index = calls.Count, Name = name, Inputs = [source], Output = output });
        return output;
    }

    private static TensorInfo Conv(
        List<OperatorCall> calls, Random random, string name, TensorInfo source, Conv2dShape shape, float scale, int zeroPoint, bool perChannel)
    {
        TensorInfo output = Int8(name, shape.OutputShape(source.Shape.Batch), scale, zeroPoint);
        calls.Add(new Conv2dCall
        {
            Index = calls.Count,
            Name = name,
            Inputs = [source],
            Output = output,
            Shape = shape,
            Weights = Weights(random, shape.WeightCount),
            Bias = Biases(random, shape.OutChannels),
            WeightScales = [.. Enumerable.Range(0, perChannel ? shape.OutChannels : 1).Select(o => 0.0021f + (0.0002f * o))],
        });
        return output;
    }

    private static TensorInfo Relu(List<OperatorCall> calls, string name, TensorInfo source, float scale)
    {
        TensorInfo output = Int8(name, source.Shape, scale, -128);
        (int multiplier, int shift) = FixedPointMultiplier.FromFactor((double)source.RequiredQuantization.Scale / scale);
        calls.Add(new QuantizedReluCall { Index = calls.Count, Name = name, Inputs = [source], Output = output, OutputMultiplier = multiplier, OutputShift = shift });
        return output;
    }

    private static TensorInfo Linear(List<OperatorCall> calls, Random random, string name, TensorInfo source, int outputs, float scale, int zeroPoint)
    {
        const float weightScale = 0.0017f;
        TensorInfo output = Int8(name, TensorShape.FromMatrix(source.Shape.Batch, outputs), scale, zeroPoint);
        (int multiplier, int shift) = FixedPointMultiplier.FromFactor((double)(source.RequiredQuantization.Scale * weightScale) / scale);
        calls.Add(new QuantizedLinearCall
        {
            Index = calls.Count,
            Name = name,
            Inputs = [source],
            Output = output,
            Weights = Weights(random, outputs * source.Shape.ImageElementCount),
            WeightScale = weightScale,
            Bias = Biases(random, outputs),
            OutputMultiplier = multiplier,
            OutputShift = shift,
        });
        return output;
    }

    private static sbyte[] Weights(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (sbyte)random.Next(-127, 128))];

    private static int[] Biases(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(-3000, 3000))];
}
