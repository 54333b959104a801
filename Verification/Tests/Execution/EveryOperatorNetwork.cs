using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Tests.Execution;

/// <summary>A small network with every operator of the library.</summary>
internal static class EveryOperatorNetwork
{
    /// <summary>A residual block between a stem and a classifier: quantize, convolutions, rectifier, maxpool, add, mean, linear, softmax.</summary>
    public static Network Create(int batch)
    {
        var calls = new List<OperatorCall>();
        Conv2dShape stem = Conv2dShape.Create(3, 31, 33, 8, 7, 7, 2, 3);
        MaxPool2dShape pool = MaxPool2dShape.Create(8, stem.OutHeight, stem.OutWidth, 3, 3, 2, 1);
        Conv2dShape down = Conv2dShape.Create(8, pool.OutHeight, pool.OutWidth, 17, 3, 3, 2, 1);
        Conv2dShape shortcut = Conv2dShape.Create(8, pool.OutHeight, pool.OutWidth, 17, 1, 1, 2, 0);
        TensorInfo image = Calls.Quantize(stem.InputShape(batch)).Input with { Name = "image" };
        TensorInfo x = Append(Calls.Quantize(image.Shape, Calls.DefaultInput), image);
        x = Append(Calls.Conv(stem, 1, batch), x);
        x = Append(Calls.Relu(x.Shape, x.Quantization), x);
        x = Append(Calls.Dequantize(x.Shape, x.Quantization), x);
        x = Append(Calls.MaxPool(pool, batch), x);
        TensorInfo block = Append(Calls.Quantize(x.Shape, Calls.DefaultInput), x);
        TensorInfo left = Append(Calls.Conv(shortcut, 2, batch), block);
        TensorInfo right = Append(Calls.Conv(down, 3, batch, perChannel: true), block);
        right = Append(Calls.Dequantize(right.Shape, right.Quantization), right);
        left = Append(Calls.Dequantize(left.Shape, left.Quantization), left);
        x = Append(Calls.Add(left.Shape), left, right);
        x = Append(Calls.Mean(x.Shape), x);
        x = Append(Calls.Quantize(x.Shape, Calls.DefaultInput), x);
        x = Append(Calls.Linear(batch, x.Shape.ImageElementCount, 10, 4), x);
        x = Append(Calls.Dequantize(x.Shape, x.Quantization), x);
        Append(Calls.Softmax(batch, 10), x);
        return new Network("every-operator", image, calls);

        TensorInfo Append(OperatorCall template, params TensorInfo[] inputs)
        {
            string name = $"{calls.Count}.{template.Name}";
            OperatorCall call = template with { Index = calls.Count, Name = name, Inputs = inputs, Output = template.Output with { Name = $"{name}.out" } };
            calls.Add(call);
            return call.Output;
        }
    }
}
