using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Generic;

/// <summary>The vendor's portable element-wise operators.</summary>
/// <remarks>Source: operator contract, sections 4e, 5, 6e and 8.</remarks>
internal static class GenericElementwise
{
    public static Tensor Quantize(QuantizePerTensorCall call, Tensor input)
    {
        QuantizationParameters quantization = call.Output.RequiredQuantization;
        float inverseScale = GenericRounding.InverseOf(quantization.Scale);
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Int8);
        ReadOnlySpan<float> reals = input.Float32;
        Span<sbyte> levels = output.Int8;
        for (int i = 0; i < levels.Length; i++)
        {
            levels[i] = GenericRounding.ToInt8(reals[i], inverseScale, quantization.ZeroPoint);
        }

        return output;
    }

    public static Tensor Dequantize(DequantizePerTensorCall call, Tensor input)
    {
        QuantizationParameters quantization = call.Input.RequiredQuantization;
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Float32);
        ReadOnlySpan<sbyte> levels = input.Int8;
        Span<float> reals = output.Float32;
        for (int i = 0; i < reals.Length; i++)
        {
            reals[i] = quantization.Scale * (levels[i] - quantization.ZeroPoint);
        }

        return output;
    }

    public static Tensor Rectify(QuantizedReluCall call, Tensor input)
    {
        int inputZeroPoint = call.Input.RequiredQuantization.ZeroPoint;
        int outputZeroPoint = call.Output.RequiredQuantization.ZeroPoint;
        float scale = GenericRounding.ScaleOf(call.OutputMultiplier, call.OutputShift);
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Int8);
        ReadOnlySpan<sbyte> levels = input.Int8;
        Span<sbyte> results = output.Int8;
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = GenericRounding.ToInt8(Math.Max(levels[i] - inputZeroPoint, 0), scale, outputZeroPoint);
        }

        return output;
    }

    public static Tensor Levels(LevelArithmeticCall call, IReadOnlyList<Tensor> inputs)
    {
        QuantizationParameters output = call.Output.RequiredQuantization;
        float inverseScale = 1.0f / output.Scale;
        float[][] reals = [.. call.Inputs.Zip(inputs, static (value, tensor) => Array.ConvertAll(tensor.Int8.ToArray(), level => value.RequiredQuantization.Scale * (level - value.RequiredQuantization.ZeroPoint)))];
        float[] results = call.Operation switch
        {
            LevelOperation.Add => [.. reals[0].Zip(reals[1], static (left, right) => left + right)],
            LevelOperation.Multiply => [.. reals[0].Zip(reals[1], static (left, right) => left * right)],
            _ => reals[0],
        };
        return Tensor.FromInt8(call.Output.Shape, Array.ConvertAll(results, real => GenericRounding.ToInt8(real, inverseScale, output.ZeroPoint)));
    }

    public static Tensor Add(AddCall call, Tensor left, Tensor right)
    {
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Float32);
        ReadOnlySpan<float> first = left.Float32;
        ReadOnlySpan<float> second = right.Float32;
        Span<float> sums = output.Float32;
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] = first[i] + second[i];
        }

        return output;
    }
}
