using System.Globalization;

namespace TileProof.Operators;

/// <summary>int8 codes from the smallest to the largest, both included.</summary>
/// <param name="Smallest">The smallest code.</param>
/// <param name="Largest">The largest code, not below it.</param>
public readonly record struct CodeRange(sbyte Smallest, sbyte Largest)
{
    /// <summary>Every int8 code.</summary>
    public static CodeRange All { get; } = new(sbyte.MinValue, sbyte.MaxValue);

    /// <summary><c>-128..127</c></summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Smallest}..{Largest}");
}
