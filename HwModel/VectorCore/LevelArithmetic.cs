using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.VectorCore;

/// <summary>Requantization, sum and product of int8 values, as the portable core of the modelled back end computes them (<see cref="LevelArithmeticCall"/>).</summary>
internal sealed class LevelArithmetic(LevelArithmeticCall call)
{
    private readonly LevelOperation operation = call.Operation;
    private readonly float[] leftReals = RealsOf(call.Inputs[0].RequiredQuantization);
    private readonly float[] rightReals = RealsOf(call.Inputs[^1].RequiredQuantization);
    private readonly float inverseScale = 1.0f / call.Output.RequiredQuantization.Scale;
    private readonly float zeroPoint = call.Output.RequiredQuantization.ZeroPoint;

    /// <summary>Computes consecutive elements.</summary>
    /// <param name="first">Levels of the first input.</param>
    /// <param name="second">Levels of the second; empty for a requantization.</param>
    /// <param name="output">The levels that are made.</param>
    public void Compute(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> output)
    {
        for (int i = 0; i < output.Length; i++)
        {
            float real = leftReals[first[i]];
            real = operation switch
            {
                LevelOperation.Add => real + rightReals[second[i]],
                LevelOperation.Multiply => real * rightReals[second[i]],
                _ => real,
            };
            output[i] = unchecked((byte)RoundToInt8.Scalar(MathF.Round(real * inverseScale, MidpointRounding.ToEven) + zeroPoint));
        }
    }

    private static float[] RealsOf(QuantizationParameters quantization)
    {
        var reals = new float[256];
        for (int code = 0; code < reals.Length; code++)
        {
            reals[code] = quantization.Scale * (unchecked((sbyte)code) - quantization.ZeroPoint);
        }

        return reals;
    }
}
