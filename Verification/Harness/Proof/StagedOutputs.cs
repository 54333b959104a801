using System.Runtime.InteropServices;
using TileProof.HwModel.Proof;
using TileProof.Operators.Requantizing;

namespace TileProof.Verification.Proof;

/// <summary>The output of a requantization in two stages for every accumulator, from all that its second stage can be given.</summary>
internal sealed class StagedOutputs
{
    private readonly sbyte[] outputs = new sbyte[1 << 16];
    private readonly NarrowingRuns runs;

    /// <summary>Runs the second stage over all 2^16 values, and the first over all accumulators where that was not done before.</summary>
    public StagedOutputs(RequantizationStages stages, OutputConstants constants)
    {
        Name = stages.Name;
        runs = NarrowingRuns.Of(stages.Narrow, constants.AccumulatorShift);
        stages.Scale(constants, short.MinValue, outputs);
    }

    /// <summary>The name in reports.</summary>
    public string Name { get; }

    /// <summary>What is wrong with the first stage; null for nothing.</summary>
    public string? Problem => runs.FallsAt is { } accumulator ? $"accumulator {accumulator}: {Name} narrows it to less than the one before" : null;

    /// <summary>The output of an accumulator.</summary>
    public sbyte OutputOf(int accumulator) => outputs[ValueOf(accumulator) - short.MinValue];

    /// <summary>Where the outputs of consecutive accumulators differ from these; -1 for nowhere.</summary>
    /// <param name="first">The first accumulator.</param>
    /// <param name="others">One output an accumulator.</param>
    public int FirstDifference(int first, ReadOnlySpan<byte> others)
    {
        ReadOnlySpan<sbyte> expected = MemoryMarshal.Cast<byte, sbyte>(others);
        int at = 0;
        for (int value = ValueOf(first); at < expected.Length; value++)
        {
            int end = value == short.MaxValue ? expected.Length : Math.Min(runs.StartOf(value + 1) - first, expected.Length);
            if (end > at)
            {
                int different = expected[at..end].IndexOfAnyExcept(outputs[value - short.MinValue]);
                if (different >= 0)
                {
                    return at + different;
                }

                at = end;
            }
        }

        return -1;
    }

    /// <summary>What the first stage narrows an accumulator to.</summary>
    private int ValueOf(int accumulator)
    {
        int low = short.MinValue;
        int high = short.MaxValue;
        while (low < high)
        {
            int middle = (low + high + 1) >> 1;
            (low, high) = runs.StartOf(middle) <= accumulator ? (middle, high) : (low, middle - 1);
        }

        return low;
    }
}
