using Microsoft.ML.OnnxRuntime;
using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Operators;

namespace TileProof.Golden.Import.Onnx;

/// <summary>Levels for values that a quantized file leaves in real numbers although the library has int8 outputs only: the range that the file's own values take over seeded inputs.</summary>
/// <remarks>
/// The scale is rounded up to <see cref="ScaleBits"/> significant bits, so that the last bits of a float sum, which differ from CPU to CPU, decide nothing.
/// </remarks>
/// <param name="original">The file.</param>
internal sealed class ChosenLevels(Lazy<OriginalModel> original)
{
    private const int InputCount = 8;
    private const int ScaleBits = 6;
    private const int FractionBits = 23;
    private const float SmallestScale = 1e-30f;
    private readonly Dictionary<string, QuantizationParameters> chosen = new(StringComparer.Ordinal);

    /// <summary>The levels that were chosen, by name of the value in the file.</summary>
    public IReadOnlyDictionary<string, QuantizationParameters> All => chosen;

    /// <summary>Chooses the levels of a value.</summary>
    /// <param name="node">Makes it, for messages.</param>
    /// <param name="value">Its name in the file.</param>
    /// <exception cref="ModelFormatException">ONNX Runtime does not run the file, or the value is not finite there.</exception>
    public QuantizationParameters Of(OnnxNode node, string value)
    {
        if (!chosen.TryGetValue(value, out QuantizationParameters levels))
        {
            chosen.Add(value, levels = LevelsOf(node, value));
        }

        return levels;
    }

    private static QuantizationParameters Spanning(float smallest, float largest)
    {
        float exact = Math.Max((largest - smallest) / (sbyte.MaxValue - sbyte.MinValue), SmallestScale);
        const int droppedBits = FractionBits + 1 - ScaleBits;
        float scale = BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(exact) + (1 << droppedBits) - 1) >> droppedBits << droppedBits);
        return QuantizationParameters.FromScale(scale, (int)Math.Clamp(MathF.Round(sbyte.MinValue - (smallest / scale)), sbyte.MinValue, sbyte.MaxValue));
    }

    private QuantizationParameters LevelsOf(OnnxNode node, string value)
    {
        try
        {
            (float smallest, float largest) = (0, 0);
            IReadOnlyList<long> extents = original.Value.InputDimensions;
            TensorShape shape = TensorShape.FromNchw(
                (int)extents[0], (int)extents[1], extents.Count < 4 ? 1 : (int)extents[2], extents.Count < 3 ? 1 : (int)extents[^1]);
            foreach (float element in OriginalRun.Over(original.Value, value, Enumerable.Range(0, InputCount).Select(i => SeededInputs.Create(SeededImages.DefaultSeed, i * shape.Batch, shape))))
            {
                if (!float.IsFinite(element))
                {
                    throw node.Fault($"gives out '{value}' as real numbers that are not finite over seeded inputs, so that no levels can be chosen for it");
                }

                smallest = Math.Min(smallest, element);
                largest = Math.Max(largest, element);
            }

            return Spanning(smallest, largest);
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or NotSupportedException)
        {
            throw node.Fault($"gives out '{value}' as real numbers, and ONNX Runtime does not run the file to find their range; nearest supported form: QuantizeLinear and DequantizeLinear behind it", exception);
        }
    }
}
