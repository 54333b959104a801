namespace TileProof.Verification.Diagnosis;

/// <summary>What is known of the output of a device: all its levels, or those that a layer dump prints, with sum and extremes.</summary>
public sealed record DeviceValues
{
    /// <summary>The levels <c>[N, OC, OH, OW]</c>; 0 where nothing is known.</summary>
    public required sbyte[] Levels { get; init; }

    /// <summary>Elements from the first that are known; those behind them are not.</summary>
    public required int KnownCount { get; init; }

    /// <summary>Sum, smallest and largest of all levels; null where they are not printed.</summary>
    public (long Sum, int Minimum, int Maximum)? Totals { get; init; }

    /// <summary>All levels of an output.</summary>
    public static DeviceValues Of(sbyte[] levels)
    {
        ArgumentNullException.ThrowIfNull(levels);
        return new DeviceValues { Levels = levels, KnownCount = levels.Length };
    }

    /// <summary>Whether sum and extremes fit; true where they are not known.</summary>
    internal bool TotalsAgree(ReadOnlySpan<sbyte> levels)
    {
        if (Totals is not { } totals)
        {
            return true;
        }

        long sum = 0;
        int minimum = sbyte.MaxValue;
        int maximum = sbyte.MinValue;
        foreach (sbyte level in levels)
        {
            sum += level;
            minimum = Math.Min(minimum, level);
            maximum = Math.Max(maximum, level);
        }

        return totals == (sum, minimum, maximum);
    }
}
