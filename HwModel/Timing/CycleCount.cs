using System.Globalization;

namespace TileProof.HwModel.Timing;

/// <summary>A number of DSP core clock cycles (never bus cycles).</summary>
/// <remarks>0 or more; <c>default</c> is zero; sums and products are checked.</remarks>
public readonly record struct CycleCount : IComparable<CycleCount>
{
    private CycleCount(long cycles) => Cycles = cycles;

    /// <summary>No cycles.</summary>
    public static CycleCount Zero => default;

    /// <summary>The number.</summary>
    public long Cycles { get; }

    /// <summary>Makes a count.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static CycleCount FromCycles(long cycles)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cycles);
        return new CycleCount(cycles);
    }

    /// <summary>Rounds a modelled duration to whole cycles, halves away from zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative, not a number, or beyond 2^53 cycles.</exception>
    public static CycleCount FromModelled(double cycles)
    {
        if (!(cycles is >= 0 and <= 9007199254740992.0))
        {
            throw new ArgumentOutOfRangeException(nameof(cycles), cycles, "A modelled duration is 0 to 2^53 cycles.");
        }

        return new CycleCount((long)Math.Round(cycles, MidpointRounding.AwayFromZero));
    }

    /// <summary>The sum.</summary>
    /// <exception cref="OverflowException">It exceeds 2^63 - 1.</exception>
    public static CycleCount operator +(CycleCount x, CycleCount y) => new(checked(x.Cycles + y.Cycles));

    /// <summary>Repeated cycles.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of repetitions is negative.</exception>
    /// <exception cref="OverflowException">The product exceeds 2^63 - 1.</exception>
    public static CycleCount operator *(CycleCount cycles, long repetitions) => FromCycles(checked(cycles.Cycles * repetitions));

    /// <summary>Whether the left count is smaller.</summary>
    public static bool operator <(CycleCount x, CycleCount y) => x.Cycles < y.Cycles;

    /// <summary>Whether the left count is larger.</summary>
    public static bool operator >(CycleCount x, CycleCount y) => x.Cycles > y.Cycles;

    /// <summary>Whether the left count is not larger.</summary>
    public static bool operator <=(CycleCount x, CycleCount y) => x.Cycles <= y.Cycles;

    /// <summary>Whether the left count is not smaller.</summary>
    public static bool operator >=(CycleCount x, CycleCount y) => x.Cycles >= y.Cycles;

    /// <summary>Named form of <c>+</c>.</summary>
    public static CycleCount Add(CycleCount x, CycleCount y) => x + y;

    /// <summary>Named form of <c>*</c>.</summary>
    public static CycleCount Multiply(CycleCount cycles, long repetitions) => cycles * repetitions;

    /// <inheritdoc/>
    public int CompareTo(CycleCount other) => Cycles.CompareTo(other.Cycles);

    /// <summary>The number with thousands separators, such as <c>46,783,117</c>.</summary>
    public override string ToString() => Cycles.ToString("N0", CultureInfo.InvariantCulture);
}
