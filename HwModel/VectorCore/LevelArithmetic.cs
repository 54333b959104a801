using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.VectorCore;

/// <summary>Requantization, sum and product of int8 values, as the portable core of the modelled back end computes them (<see cref="LevelArithmeticCall"/>).</summary>
internal sealed class LevelArithmetic
{
    private readonly LevelOperation operation;
    private readonly float[] leftReals;
    private readonly float[] rightReals;
    private readonly float inverseScale;
    private readonly float zeroPoint;

    /// <summary>Prepares the arithmetic of a call: the real numbers of all 256 levels.</summary>
    public LevelArithmetic(LevelArithmeticCall call)
    {
        operation = call.Operation;
        leftReals = RealsOf(call.Inputs[0].RequiredQuantization);
        rightReals = RealsOf(call.Inputs[^1].RequiredQuantization);
        inverseScale = 1.0f / call.Output.RequiredQuantization.Scale;
        zeroPoint = call.Output.RequiredQuantization.ZeroPoint;
    }

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
