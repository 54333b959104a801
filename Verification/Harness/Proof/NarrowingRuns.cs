using System.Collections.Concurrent;
using TileProof.HwModel.Proof;

namespace TileProof.Verification.Proof;

/// <summary>Which accumulators the first stage of a requantization narrows to each 16-bit value, found by running it over all 2^24.</summary>
public sealed class NarrowingRuns
{
    /// <summary>Accumulators: 24 bits with a sign.</summary>
    public const int Limit = 1 << 23;

    private const int ValueCount = 1 << 16;
    private const int BlockLength = 1 << 16;

    /// <summary>Layers share a few shifts.</summary>
    private static readonly ConcurrentDictionary<(NarrowAccumulators Stage, int Shift), Lazy<NarrowingRuns>> Found = new();
    private static readonly ConcurrentDictionary<(NarrowAccumulators Stage, NarrowAccumulators Other, int Shift), Lazy<int?>> Differences = new();

    private readonly int[] starts = new int[ValueCount + 1];

    private NarrowingRuns(NarrowAccumulators stage, int shift)
    {
        var narrowed = new short[BlockLength];
        int value = short.MinValue;
        Array.Fill(starts, Limit);
        starts[0] = -Limit;
        for (int first = -Limit; first < Limit; first += BlockLength)
        {
            stage(shift, first, narrowed);
            for (int i = 0; i < narrowed.Length; i++)
            {
                if (narrowed[i] == value)
                {
                    int same = narrowed.AsSpan(i).IndexOfAnyExcept((short)value);
                    i = same < 0 ? narrowed.Length : i + same;
                    if (i == narrowed.Length)
                    {
                        break;
                    }
                }

                if (narrowed[i] < value)
                {
                    FallsAt = first + i;
                    return;
                }

                while (value < narrowed[i])
                {
                    value++;
                    starts[value - short.MinValue] = first + i;
                }
            }
        }
    }

    /// <summary>The first accumulator that is narrowed to less than the one before; null where there is none, as it must be.</summary>
    public int? FallsAt { get; }

    /// <summary>The runs of a stage at a shift.</summary>
    public static NarrowingRuns Of(NarrowAccumulators stage, int shift) =>
        Found.GetOrAdd((stage, shift), static key => new Lazy<NarrowingRuns>(() => new NarrowingRuns(key.Stage, key.Shift))).Value;

    /// <summary>The first of all 2^24 accumulators that two stages narrow to different values; null for none.</summary>
    public static int? FirstDifference(NarrowAccumulators stage, NarrowAccumulators other, int shift) =>
        Differences.GetOrAdd((stage, other, shift), static key => new Lazy<int?>(() => Of(key.Stage, key.Shift).Compare(key.Other, key.Shift))).Value;

    /// <summary>The first accumulator that is narrowed to this value or to more.</summary>
    /// <param name="value">-32768..32768.</param>
    public int StartOf(int value) => starts[value - short.MinValue];

    /// <summary>The runs say what the stage that they are of gives, so that it does not run again for every other one.</summary>
    private int? Compare(NarrowAccumulators other, int shift)
    {
        var expected = new short[BlockLength];
        var narrowed = new short[BlockLength];
        int value = short.MinValue;
        for (int first = -Limit; first < Limit; first += BlockLength)
        {
            for (int at = 0; at < BlockLength;)
            {
                while (value < short.MaxValue && StartOf(value + 1) <= first + at)
                {
                    value++;
                }

                int end = value == short.MaxValue ? BlockLength : Math.Min(StartOf(value + 1) - first, BlockLength);
                expected.AsSpan(at, end - at).Fill((short)value);
                at = end;
            }

            other(shift, first, narrowed);
            int different = expected.AsSpan().CommonPrefixLength(narrowed);
            if (different < BlockLength)
            {
                return first + different;
            }
        }

        return null;
    }
}
