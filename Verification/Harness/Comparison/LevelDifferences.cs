using System.Globalization;

namespace TileProof.Verification.Comparison;

/// <summary>How far two int8 tensors are apart, counted in quantization levels.</summary>
/// <param name="Equal">Elements that are equal.</param>
/// <param name="OneLevel">Elements one level apart.</param>
/// <param name="TwoLevels">Elements two levels apart.</param>
/// <param name="More">Elements further apart.</param>
public sealed record LevelDifferences(int Equal, int OneLevel, int TwoLevels, int More)
{
    /// <summary>Counts the classes.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static LevelDifferences Between(ReadOnlySpan<sbyte> expected, ReadOnlySpan<sbyte> actual)
    {
        if (expected.Length != actual.Length)
        {
            throw new ArgumentException($"{expected.Length} elements cannot be compared with {actual.Length}.", nameof(actual));
        }

        Span<int> counts = stackalloc int[4];
        for (int i = 0; i < expected.Length; i++)
        {
            counts[Math.Min(Math.Abs(expected[i] - actual[i]), 3)]++;
        }

        return new LevelDifferences(counts[0], counts[1], counts[2], counts[3]);
    }

    /// <summary>The sums of both.</summary>
    public static LevelDifferences operator +(LevelDifferences left, LevelDifferences right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new LevelDifferences(left.Equal + right.Equal, left.OneLevel + right.OneLevel, left.TwoLevels + right.TwoLevels, left.More + right.More);
    }

    /// <summary><c>equal/one/two/more</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Equal}/{OneLevel}/{TwoLevels}/{More}");
}
