using TileProof.Operators;

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
        for (int i = 0; i < output.Int8.Length; i++)
        {
            output.Int8[i] = GenericRounding.ToInt8(input.Float32[i], inverseScale, quantization.ZeroPoint);
        }

        return output;
    }

    public static Tensor Dequantize(DequantizePerTensorCall call, Tensor input)
    {
        QuantizationParameters quantization = call.Input.RequiredQuantization;
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Float32);
        for (int i = 0; i < output.Float32.Length; i++)
        {
            output.Float32[i] = quantization.Scale * (input.Int8[i] - quantization.ZeroPoint);
        }

        return output;
    }

    public static Tensor Rectify(QuantizedReluCall call, Tensor input)
    {
        int inputZeroPoint = call.Input.RequiredQuantization.ZeroPoint;
        int outputZeroPoint = call.Output.RequiredQuantization.ZeroPoint;
        float scale = GenericRounding.ScaleOf(call.OutputMultiplier, call.OutputShift);
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Int8);
        for (int i = 0; i < output.Int8.Length; i++)
        {
            int rectified = Math.Max(input.Int8[i] - inputZeroPoint, 0);
            output.Int8[i] = GenericRounding.ToInt8(rectified, scale, outputZeroPoint);
        }

        return output;
    }

    public static Tensor Add(AddCall call, Tensor left, Tensor right)
    {
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Float32);
        for (int i = 0; i < output.Float32.Length; i++)
        {
            output.Float32[i] = left.Float32[i] + right.Float32[i];
        }

        return output;
    }
}
