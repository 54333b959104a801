using System.Globalization;

namespace TileProof.Verification.Sharding;

/// <summary>One of several parts that a run is cut into, <c>3/8</c>: the third of eight. Numbers count from 1, as people and Slurm's <c>--array=1-8</c> do.</summary>
public sealed record Shard
{
    /// <summary>The most parts that a run can be cut into.</summary>
    public const int MaximumCount = 100_000;

    private Shard(int number, int count)
    {
        Number = number;
        Count = count;
    }

    /// <summary>Which part, from 1 to <see cref="Count"/>.</summary>
    public int Number { get; }

    /// <summary>How many parts there are.</summary>
    public int Count { get; }

    /// <summary>Makes a shard.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not between 1 and the count, or the count not between 1 and <see cref="MaximumCount"/>.</exception>
    public static Shard Of(int number, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaximumCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, count);
        return new Shard(number, count);
    }

    /// <summary>Reads <c>I/N</c>.</summary>
    /// <exception cref="UserInputException">It is no such text, or I is not between 1 and N.</exception>
    public static Shard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/') is [var number, var count]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int which)
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int all)
            && all is >= 1 and <= MaximumCount && which >= 1 && which <= all
            ? new Shard(which, all)
            : throw new UserInputException($"shard '{text}' is not I/N with I from 1 to N and N up to {MaximumCount}: 1/8 is the first of eight, 8/8 the last");
    }

    /// <summary>Whether this shard takes a job of an endless list of equal ones: every N-th. Lists with an end and different costs are cut by <see cref="ShardSplit"/>.</summary>
    /// <param name="index">The place in the list, from 0.</param>
    public bool Takes(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return index % Count == Number - 1;
    }

    /// <summary><c>3/8</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");
}
