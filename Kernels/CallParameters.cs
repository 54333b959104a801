using TileProof.Kernels.Arithmetic;
using TileProof.Kernels.Bodies;
using TileProof.Kernels.Constants;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Kernels;

/// <summary>The scalars of operator calls as kernels take them.</summary>
internal static class CallParameters
{
    public static RescalingParameters Quantize(OperatorCall call)
    {
        QuantizationParameters output = call.Output.RequiredQuantization;
        return new RescalingParameters(QuantizeKernel.InverseScale(output.Scale), 0, output.ZeroPoint);
    }

    public static RescalingParameters Dequantize(OperatorCall call)
    {
        QuantizationParameters input = call.Input.RequiredQuantization;
        return new RescalingParameters(input.Scale, input.ZeroPoint, 0);
    }

    public static RescalingParameters Relu(QuantizedReluCall call) => new(
        Factor(call.OutputMultiplier, call.OutputShift), call.Input.RequiredQuantization.ZeroPoint, call.Output.RequiredQuantization.ZeroPoint);

    public static QuantizedLinearConstants Linear(QuantizedLinearCall call) => new(
        call.Weights,
        call.Bias,
        new QuantizedLinearParameters(
            call.InputFeatures,
            call.OutputFeatures,
            call.Input.RequiredQuantization.ZeroPoint,
            call.WeightZeroPoint,
            Factor(call.OutputMultiplier, call.OutputShift),
            call.Output.RequiredQuantization.ZeroPoint));

    public static LevelArithmeticParameters Arithmetic(LevelArithmeticCall call)
    {
        QuantizationParameters first = call.Inputs[0].RequiredQuantization;
        QuantizationParameters second = call.Inputs[^1].RequiredQuantization;
        QuantizationParameters output = call.Output.RequiredQuantization;
        int operation = call.Operation switch { LevelOperation.Add => 1, LevelOperation.Multiply => 2, _ => 0 };
        return new(operation, first.Scale, first.ZeroPoint, second.Scale, second.ZeroPoint, FloatArithmetic.Divide(1, output.Scale), output.ZeroPoint);
    }

    public static AveragePoolParameters Average(AveragePool2dCall call)
    {
        (QuantizationParameters input, QuantizationParameters output) = (call.Input.RequiredQuantization, call.Output.RequiredQuantization);
        return new(input.Scale, input.ZeroPoint, output.Scale, output.ZeroPoint);
    }

    /// <summary>Where every input of a concatenation goes.</summary>
    public static CopyPlace[] Places(ConcatCall call)
    {
        var places = new CopyPlace[call.Inputs.Count];
        int first = 0;
        for (int i = 0; i < places.Length; i++)
        {
            int elements = call.RunElements(call.Inputs[i]);
            places[i] = new CopyPlace(first, elements, call.RunCount, call.RunElements(call.Output), 0);
            first += elements;
        }

        return places;
    }

    /// <summary>Where the rows inside a padded value go.</summary>
    public static CopyPlace Place(PadCall call)
    {
        TensorShape output = call.Output.Shape;
        return new CopyPlace((call.PadTop * output.Width) + call.PadLeft, call.Input.Shape.Width, call.Input.Shape.Height, output.Width, output.PlaneElementCount);
    }

    /// <summary>Where the elements of a slice lie in its input.</summary>
    public static CopyPlace Place(SliceCall call) => new(call.SkippedElements, call.RunElements(call.Output), call.RunCount, call.RunElements(call.Input), 0);

    /// <summary>multiplier / 2^31 * 2^shift; the only rounding is that of the multiplier to single precision.</summary>
    private static float Factor(int multiplier, int shift) => MathF.ScaleB(multiplier, shift - 31);
}
