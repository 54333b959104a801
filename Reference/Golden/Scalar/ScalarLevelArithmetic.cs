using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Scalar;

/// <summary>Requantization, sum and product of int8 values, one element at a time (<see cref="LevelArithmeticCall"/>).</summary>
internal static class ScalarLevelArithmetic
{
    public static Tensor Compute(LevelArithmeticCall call, IReadOnlyList<Tensor> inputs)
    {
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Int8);
        QuantizationParameters levels = call.Output.RequiredQuantization;
        float inverse = 1.0f / levels.Scale;
        for (int i = 0; i < output.Int8.Length; i++)
        {
            float real = RealOf(call.Inputs[0].RequiredQuantization, inputs[0].Int8[i]);
            if (call.Operation == LevelOperation.Add)
            {
                real += RealOf(call.Inputs[1].RequiredQuantization, inputs[1].Int8[i]);
            }
            else if (call.Operation == LevelOperation.Multiply)
            {
                real *= RealOf(call.Inputs[1].RequiredQuantization, inputs[1].Int8[i]);
            }

            float steps = MathF.Round(real * inverse, MidpointRounding.ToEven);
            output.Int8[i] = (sbyte)Math.Min(Math.Max(levels.ZeroPoint + steps, -128f), 127f);
        }

        return output;
    }

    private static float RealOf(QuantizationParameters quantization, sbyte level) => quantization.Scale * (level - quantization.ZeroPoint);
}
