using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace TileProof.Golden.Quantization;

/// <summary>Symmetric int8 weights and int32 biases.</summary>
public static class WeightQuantizer
{
    private const int LargestLevel = 127;

    /// <summary>Quantizes rows of weights; real 0 is level 0, and levels lie in -127..127.</summary>
    /// <param name="weights">Rows of equal length, one per output.</param>
    /// <param name="rowCount">The outputs.</param>
    /// <param name="perRow">One scale per row instead of one for all.</param>
    /// <returns>The levels, and one scale or one per row: largest magnitude / 127, and 1 / 127 where all weights are 0.</returns>
    public static (sbyte[] Levels, float[] Scales) Quantize(float[] weights, int rowCount, bool perRow)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowCount, 1);
        int rowLength = weights.Length / rowCount;
        var largest = new float[rowCount];
        Parallel.For(0, rowCount, row => largest[row] = Math.Abs(TensorPrimitives.MaxMagnitude(weights.AsSpan(row * rowLength, rowLength))));
        float[] scales = Array.ConvertAll(perRow ? largest : [largest.Max()], static magnitude => (magnitude > 0 ? magnitude : 1f) / LargestLevel);
        var levels = new sbyte[weights.Length];
        Parallel.For(0, rowCount, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (row) =>
        {
            float scale = scales[perRow ? row : 0];
            for (int i = row * rowLength; i < (row + 1) * rowLength; i++)
            {
                levels[i] = (sbyte)Math.Clamp(MathF.Round(weights[i] / scale), -LargestLevel, LargestLevel);
            }
        });
        return (levels, scales);
    }

    /// <summary>Biases in accumulator units, rounded to nearest even and saturated to int32.</summary>
    /// <param name="bias">Real biases.</param>
    /// <param name="biasScales">input scale x weight scale: one for all, or one per output.</param>
    public static int[] QuantizeBias(float[] bias, float[] biasScales)
    {
        ArgumentNullException.ThrowIfNull(bias);
        ArgumentNullException.ThrowIfNull(biasScales);
        return [.. bias.Select((real, o) => (int)Math.Clamp(Math.Round((double)real / biasScales[biasScales.Length == 1 ? 0 : o]), int.MinValue, int.MaxValue))];
    }
}
