using System.Globalization;

namespace TileProof.Verification.Originals;

/// <summary>How far an imported network may be from its file.</summary>
/// <remarks>
/// <para>
/// Levels: both sides compute a call from the same inputs in real numbers and round once, so that only a value that float rounding moves
/// across a tie may fall to the neighbouring level. Scales in a ratio such as 3 to 2 put up to half of all values on ties, and none
/// puts more there; a wrong zero point moves all.
/// </para>
/// <para>
/// Real numbers: both sides are the same float32 operators in the same runtime, apart from folded batch normalization, which rounds every
/// weight twice more, and from sums in another order. Both are errors of units in the last place of the largest addend; of a linear layer, of the largest sum of magnitudes.
/// </para>
/// <para>Copies (concatenation, padding, slices) of values of the file: nothing is computed, and every element is equal.</para>
/// </remarks>
public static class ImportBound
{
    /// <summary>The largest difference of a level.</summary>
    public const int Levels = 1;

    /// <summary>Of this many elements one may be a level apart, and one more of any value.</summary>
    public const int ElementsPerDifference = 2;

    /// <summary>The largest difference of a real number, in units in the last place of the value's largest magnitude.</summary>
    public const int Ulp = 16;

    /// <summary>Whether a difference keeps to the bound.</summary>
    /// <param name="difference">The difference.</param>
    /// <param name="isCopy">Whether the value is a copy of values of the file.</param>
    public static bool IsKept(ValueDifference difference, bool isCopy = false)
    {
        ArgumentNullException.ThrowIfNull(difference);
        return isCopy ? difference.Largest == 0 : difference.Unit == ValueUnit.Ulp
            ? difference.Largest <= Ulp
            : difference.Largest <= Levels && difference.Differing <= 1 + (difference.Elements / ElementsPerDifference);
    }

    /// <summary>The bound in words.</summary>
    public static string Describe(ValueUnit unit, bool isCopy = false) => isCopy ? "equal" : unit == ValueUnit.Ulp
        ? string.Create(CultureInfo.InvariantCulture, $"{Ulp} ULP of the largest magnitude")
        : string.Create(CultureInfo.InvariantCulture, $"{Levels} level, in at most one of {ElementsPerDifference} elements and one more");
}
