using System.Globalization;

namespace TileProof.Verification.DeviceLog;

/// <summary>A tensor as a log prints it: the numbers, and how far a printed number may be from the one that was meant.</summary>
/// <remarks>
/// Where every number has the same decimals, the last of them is the unit; where they differ, the log prints significant digits and drops
/// zeros, and the longest number tells how many. Whole numbers only are levels, and exact.
/// </remarks>
public sealed class PrintedTensor
{
    private const int NoFixedPoint = -1;

    private readonly int decimals;
    private readonly int significantDigits;
    private readonly bool isFixed;

    private PrintedTensor(float[] elements, int decimals, int significantDigits, bool isFixed)
    {
        Elements = elements;
        this.decimals = decimals;
        this.significantDigits = significantDigits;
        this.isFixed = isFixed;
    }

    /// <summary>The elements; NaN and infinities as they are printed.</summary>
    public IReadOnlyList<float> Elements { get; }

    /// <summary>Half a unit in the last printed place of a number of this size.</summary>
    public double ToleranceOf(double value)
    {
        const double half = 0.5;
        return isFixed
            ? decimals == 0 ? 0 : half * Math.Pow(10, -decimals)
            : value == 0 || !double.IsFinite(value) ? 0 : half * Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) + 1 - significantDigits);
    }

    /// <summary>Reads the elements of a printed tensor.</summary>
    /// <param name="items">The numbers as they are printed.</param>
    /// <exception cref="FormatException">One is no number; the message says which.</exception>
    public static PrintedTensor Parse(IReadOnlyList<string> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        const int longest = 20;
        var elements = new float[items.Count];
        var decimalCounts = new HashSet<int>();
        int significantDigits = 1;
        for (int index = 0; index < elements.Length; index++)
        {
            string item = items[index];
            elements[index] = TryParse(item, out double value)
                ? (float)value
                : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"element {index} is '{(item.Length > longest ? item[..longest] : item)}', expected a number"));
            if (double.IsFinite(value))
            {
                string mantissa = item.Split('e', 'E')[0];
                int point = mantissa.IndexOf('.', StringComparison.Ordinal);
                decimalCounts.Add(mantissa.Length < item.Length ? NoFixedPoint : point < 0 ? 0 : mantissa.Length - point - 1);
                significantDigits = Math.Max(significantDigits, mantissa.Where(char.IsAsciiDigit).SkipWhile(static digit => digit == '0').Count());
            }
        }

        bool isFixed = decimalCounts.Count <= 1 && !decimalCounts.Contains(NoFixedPoint);
        return new PrintedTensor(elements, decimalCounts.DefaultIfEmpty(0).Max(), significantDigits, isFixed);
    }

    /// <summary>Reads a number as C prints it, <c>-nan</c> and <c>inf</c> among them.</summary>
    public static bool TryParse(string text, out double value)
    {
        ArgumentNullException.ThrowIfNull(text);
        switch (text.TrimStart('-', '+').ToUpperInvariant())
        {
            case "NAN":
                value = double.NaN;
                return true;
            case "INF" or "INFINITY":
                value = text.StartsWith('-') ? double.NegativeInfinity : double.PositiveInfinity;
                return true;
            default:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        }
    }
}
