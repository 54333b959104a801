using System.Globalization;

namespace TileProof.HwModel.Timing;

/// <summary>A number of DSP core clock cycles (never bus cycles).</summary>
/// <remarks>0 or more; <c>default</c> is zero.</remarks>
public readonly record struct CycleCount
{
    private CycleCount(long cycles) => Cycles = cycles;

    /// <summary>The number.</summary>
    public long Cycles { get; }

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

    /// <summary>The number with thousands separators, such as <c>46,783,117</c>.</summary>
    public override string ToString() => Cycles.ToString("N0", CultureInfo.InvariantCulture);
}
