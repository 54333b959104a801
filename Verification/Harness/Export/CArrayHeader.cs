using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace TileProof.Verification.Export;

/// <summary>Writes the tensors of a layer as C arrays in one header, valid C99 and C++.</summary>
internal static class CArrayHeader
{
    private const int ElementsPerLine = 16;

    /// <param name="layerName">A C identifier that starts every array's name.</param>
    /// <param name="tensors">The arrays.</param>
    public static string Write(string layerName, IReadOnlyList<LayerTensor> tensors)
    {
        string guard = $"{layerName.ToUpperInvariant()}_H";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"/* Test vectors made by TileProof. Do not edit. */\n#ifndef {guard}\n#define {guard}\n\n#include <stdint.h>\n");
        foreach (LayerTensor tensor in tensors)
        {
            string[] elements = ElementsOf(tensor);
            text.Append(CultureInfo.InvariantCulture, $"\n/* [{string.Join(", ", tensor.Dimensions)}] */\nstatic const {tensor.CType} {layerName}_{tensor.Name}[{elements.Length}] = {{\n");
            foreach (string[] line in elements.Chunk(ElementsPerLine))
            {
                text.Append("    ").AppendJoin(", ", line).Append(",\n");
            }

            text.Append("};\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"\n#endif /* {guard} */\n").ToString();
    }

    // C has no literal for int32 minimum, infinities or NaN; hexadecimal floats are exact but not C++ before 17, nine digits are.
    private static string[] ElementsOf(LayerTensor tensor) => tensor.CType switch
    {
        "int8_t" => [.. tensor.Bytes.Select(static level => ((sbyte)level).ToString(CultureInfo.InvariantCulture))],
        "int32_t" => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(tensor.Bytes).ToArray(), static level =>
            level == int.MinValue ? "(-2147483647 - 1)" : level.ToString(CultureInfo.InvariantCulture)),
        _ => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(tensor.Bytes).ToArray(), static value => float.IsFinite(value)
            ? value.ToString("E8", CultureInfo.InvariantCulture) + "f"
            : throw new UserInputException("a float32 value of the layer is not finite; C arrays hold finite values only")),
    };
}
