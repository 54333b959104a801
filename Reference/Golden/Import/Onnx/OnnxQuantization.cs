using System.Globalization;
using TileProof.Operators;

namespace TileProof.Golden.Import.Onnx;

/// <summary>Reads scales and zero points. Unsigned 8-bit levels are held as int8, shifted by -128 together with their zero point.</summary>
internal sealed class OnnxQuantization(OnnxGraph graph, OnnxParameters parameters)
{
    private const int UnsignedShift = 128;
    private const int Int8Code = 3;
    private const int UInt8Code = 2;

    /// <summary>One scale and zero point of a value.</summary>
    /// <exception cref="ModelFormatException">They are computed, several, not finite and above 0, or not 8-bit.</exception>
    public QuantizationParameters PerTensor(OnnxNode node, int scaleInput, int zeroPointInput)
    {
        float[] scales = Scales(node, scaleInput);
        int[] zeroPoints = ZeroPoints(node, zeroPointInput);
        return scales.Length == 1 && zeroPoints.Length == 1
            ? QuantizationParameters.FromScale(scales[0], zeroPoints[0])
            : throw node.Fault(Text($"has {scales.Length} scales and {zeroPoints.Length} zero points for one value; nearest supported form: one of each for a value, one per channel only for weights"));
    }

    /// <summary>The scales, each finite and above 0.</summary>
    public float[] Scales(OnnxNode node, int input)
    {
        OnnxConstant constant = parameters.Constant(node, input, "the scale");
        float[] scales = constant.Floats();
        if (constant.Dimensions.Length > 1 || scales.Length == 0)
        {
            throw node.Fault(Text($"the scale '{constant.Name}' is [{string.Join(", ", constant.Dimensions)}], expected one number or one per channel"));
        }

        foreach (float scale in scales)
        {
            if (!float.IsFinite(scale) || scale <= 0)
            {
                throw node.Fault(Text($"the scale '{constant.Name}' is {scale:R}, expected a finite number above 0"));
            }
        }

        return scales;
    }

    /// <summary>The zero points in -128..127; a missing one is 0 of the type that the node states, else of uint8.</summary>
    public int[] ZeroPoints(OnnxNode node, int input)
    {
        if (!node.HasInput(input))
        {
            return [node.Int("output_dtype", UInt8Code) == Int8Code ? 0 : -UnsignedShift];
        }

        OnnxConstant constant = parameters.Constant(node, input, "the zero point");
        if (!constant.IsByte)
        {
            throw node.Fault($"the zero point '{constant.Name}' is not int8 or uint8, so it may lie outside -128..127; nearest supported form: 8-bit quantization");
        }

        return constant.Count > 0 && constant.Dimensions.Length <= 1
            ? Array.ConvertAll(constant.Levels(), static level => (int)level)
            : throw node.Fault(Text($"the zero point '{constant.Name}' is [{string.Join(", ", constant.Dimensions)}], expected one number or one per channel"));
    }

    /// <summary>Whether a zero point, or what stands for a missing one, is int8.</summary>
    public bool IsSigned(OnnxNode node, int input) =>
        node.HasInput(input) ? !parameters.Constant(node, input, "the zero point").IsUnsigned : node.Int("output_dtype", UInt8Code) == Int8Code;

    /// <summary>The constant behind a DequantizeLinear node.</summary>
    public QuantizedValue Dequantize(OnnxNode node, OnnxConstant constant)
    {
        float[] scales = Scales(node, 1);
        if (constant.IsInt32)
        {
            bool isZero = !node.HasInput(2) || parameters.Constant(node, 2, "the zero point").Int32s().All(static level => level == 0);
            return isZero ? new QuantizedValue.WideLevels(constant, scales) : throw node.Fault("has a zero point for int32 levels, expected 0");
        }

        int[] zeroPoints = node.HasInput(2) ? ZeroPoints(node, 2) : [constant.IsUnsigned ? -UnsignedShift : 0];
        long axis = node.Int("axis", 1);
        int rank = constant.Dimensions.Length;
        axis = axis < 0 ? axis + rank : axis;
        bool fits = scales.Length == 1 || (axis >= 0 && axis < rank && constant.Dimensions[axis] == scales.Length);
        return fits && (zeroPoints.Length == 1 || zeroPoints.Length == scales.Length)
            ? new QuantizedValue.Levels(constant, scales, zeroPoints, (int)axis)
            : throw node.Fault(Text($"has {scales.Length} scales and {zeroPoints.Length} zero points along axis {axis} of [{string.Join(", ", constant.Dimensions)}]"));
    }

    /// <summary>Weights with the zero point taken off, so that real 0 is level 0.</summary>
    /// <exception cref="ModelFormatException">A difference does not fit int8.</exception>
    public sbyte[] SymmetricWeights(OnnxNode node, QuantizedValue.Levels weights)
    {
        string form = Text($"levels less {string.Join(",", weights.ZeroPoints)}");
        return parameters.Convert(node, weights.Constant.Name, form, weights.Constant.Count, () =>
        {
            sbyte[] levels = weights.Constant.Levels();
            int perRow = Math.Max(1, levels.Length / weights.ZeroPoints.Length);
            for (int i = 0; i < levels.Length; i++)
            {
                int difference = levels[i] - weights.ZeroPoints[weights.ZeroPoints.Length == 1 ? 0 : i / perRow];
                levels[i] = difference is >= sbyte.MinValue and <= sbyte.MaxValue
                    ? (sbyte)difference
                    : throw node.Fault(Text(
                        $"weight {i} of '{weights.Constant.Name}' is {difference} levels from real 0, which int8 does not hold; nearest supported form: symmetric int8 weights, as weight_type=QuantType.QInt8 or WeightSymmetric=True of ONNX Runtime's quantizer writes"));
            }

            return levels;
        });
    }

    /// <summary>A bias in units of input scale x weight scale, from int32 levels or real numbers.</summary>
    public int[] Bias(OnnxNode node, QuantizedValue? bias, string? name, float[] biasScales, int count)
    {
        switch (bias)
        {
            case null when name is null:
                return parameters.Allocate<int>(node, count);
            case null when graph.Constant(name!) is { IsFloat: true } real && real.Count == count:
                return [.. real.Floats().Select((value, o) => (int)Math.Clamp(Math.Round((double)value / biasScales[biasScales.Length == 1 ? 0 : o]), int.MinValue, int.MaxValue))];
            case QuantizedValue.WideLevels wide when wide.Constant.Count == count && ScalesAgree(wide.Scales, biasScales):
                return wide.Constant.Int32s();
            case QuantizedValue.WideLevels wide:
                throw node.Fault(Text($"its bias has {wide.Constant.Count} levels of scale {wide.Scales[0]:R}, expected {count} of input scale x weight scale ({biasScales[0]:R})"));
            default:
                throw node.Fault(Text($"its bias is no constant of {count} elements; nearest supported form: int32 levels of input scale x weight scale"));
        }
    }

    // Exporters multiply the scales in single or double precision.
    private static bool ScalesAgree(float[] stated, float[] products) => (stated.Length == 1 || stated.Length == products.Length || products.Length == 1)
        && Enumerable.Range(0, Math.Max(stated.Length, products.Length)).All(o =>
        {
            float product = products[products.Length == 1 ? 0 : o];
            return Math.Abs(stated[stated.Length == 1 ? 0 : o] - product) <= product * 1e-5f;
        });

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
