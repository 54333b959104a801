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

    /// <summary>The first accumulator that is narrowed to this value or to more.</summary>
    /// <param name="value">-32768..32768.</param>
    public int StartOf(int value) => starts[value - short.MinValue];
}
