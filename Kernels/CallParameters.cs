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

    /// <summary>multiplier / 2^31 * 2^shift; the only rounding is that of the multiplier to single precision.</summary>
    private static float Factor(int multiplier, int shift) => MathF.ScaleB(multiplier, shift - 31);
}
