using System.Globalization;

namespace TileProof.Operators.Calls;

internal static class ElementwiseKey
{
    /// <summary><c>operator_elements</c>, the only figure that matters to an element-wise operator.</summary>
    public static string For(string operatorName, TensorInfo input) =>
        string.Create(CultureInfo.InvariantCulture, $"{operatorName}_{input.Shape.ElementCount}");
}
