using System.Globalization;

namespace TileProof.Operators;

/// <summary>The position of one element, <c>[n, c, y, x]</c>.</summary>
public readonly record struct TensorIndex(int N, int C, int Y, int X)
{
    /// <summary><c>[n, c, y, x]</c> with the numbers filled in.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{N}, {C}, {Y}, {X}]");
}
