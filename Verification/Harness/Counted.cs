using System.Globalization;

namespace TileProof.Verification;

/// <summary>Numbers of things in words: <c>1 call</c>, <c>2 calls</c>, <c>0 mismatches</c>.</summary>
public static class Counted
{
    /// <summary>A number and what it counts.</summary>
    /// <param name="count">How many.</param>
    /// <param name="plural">The things, in the plural: of one, the first plural word becomes a singular, such as <c>kind of hazard</c> of <c>kinds of hazard</c>.</param>
    public static string Of(long count, string plural) => string.Create(CultureInfo.InvariantCulture, $"{count} {Noun(count, plural)}");

    /// <summary>The same with thousands apart: <c>1,234 bytes</c>.</summary>
    public static string InThousands(long count, string plural) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {Noun(count, plural)}");

    /// <summary>The things alone, as that many need them.</summary>
    public static string Noun(long count, string plural)
    {
        ArgumentNullException.ThrowIfNull(plural);
        if (count != 1)
        {
            return plural;
        }

        string[] words = plural.Split(' ');
        int head = Array.FindIndex(words, static word => word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal));
        if (head >= 0)
        {
            words[head] = SingularOf(words[head]);
        }

        return string.Join(' ', words);
    }

    private static string SingularOf(string plural) =>
        plural.EndsWith("ies", StringComparison.Ordinal) ? plural[..^3] + "y"
        : plural.EndsWith("ches", StringComparison.Ordinal) || plural.EndsWith("sses", StringComparison.Ordinal) ? plural[..^2]
        : plural[..^1];
}
