using System.Globalization;
using TileProof.HwModel.Proof;
using TileProof.Operators.Requantizing;

namespace TileProof.Verification.Proof;

/// <summary>The output of a requantization in two stages for every accumulator, from all that its second stage can be given.</summary>
internal sealed class StagedOutputs
{
    private readonly RequantizationStages stages;
    private readonly OutputConstants constants;
    private readonly sbyte[] outputs = new sbyte[1 << 16];
    private readonly NarrowingRuns runs;

    /// <summary>Runs the second stage over all 2^16 values, and the first over all accumulators where that was not done before.</summary>
    public StagedOutputs(RequantizationStages stages, OutputConstants constants)
    {
        this.stages = stages;
        this.constants = constants;
        runs = NarrowingRuns.Of(stages.Narrow, constants.AccumulatorShift);
        stages.Scale(constants, short.MinValue, outputs);
    }

    /// <summary>What is wrong with the first stage; null for nothing.</summary>
    public string? Problem => runs.FallsAt is { } accumulator ? $"accumulator {accumulator}: {stages.Name} narrows it to less than the one before" : null;

    /// <summary>The first accumulator for which other stages give a different output, in words; null for none.</summary>
    /// <remarks>First stages that differ are told even where the second makes the same of it: one set of constants hides what another shows.</remarks>
    public string? DifferenceFrom(RequantizationStages others)
    {
        if (NarrowingRuns.FirstDifference(stages.Narrow, others.Narrow, constants.AccumulatorShift) is { } narrowed)
        {
            return Describe(narrowed, others);
        }

        var scaled = new sbyte[outputs.Length];
        others.Scale(constants, short.MinValue, scaled);
        for (int at = 0; at < outputs.Length; at++)
        {
            at += outputs.AsSpan(at).CommonPrefixLength(scaled.AsSpan(at));
            if (at < outputs.Length && HasAccumulators(at))
            {
                return Describe(runs.StartOf(at + short.MinValue), others);
            }
        }

        return null;
    }

    /// <summary>The accumulators from which on the output is another one, in order.</summary>
    public IReadOnlyList<int> ChangePoints()
    {
        var points = new List<int>();
        int last = -1;
        for (int at = 0; at < outputs.Length; at++)
        {
            if (last >= 0)
            {
                int same = outputs.AsSpan(at).IndexOfAnyExcept(outputs[last]);
                at = same < 0 ? outputs.Length : at + same;
            }

            if (at < outputs.Length && HasAccumulators(at))
            {
                if (last >= 0)
                {
                    points.Add(runs.StartOf(at + short.MinValue));
                }

                last = at;
            }
        }

        return points;
    }

    /// <summary>Whether the first stage gives the value at all: a shift of more than 8 leaves values that no accumulator has.</summary>
    private bool HasAccumulators(int at) => runs.StartOf(at + short.MinValue) < (at == outputs.Length - 1 ? NarrowingRuns.Limit : runs.StartOf(at + short.MinValue + 1));

    private string Describe(int accumulator, RequantizationStages others) =>
        string.Create(CultureInfo.InvariantCulture, $"accumulator {accumulator}: {stages.Name} {OutputOf(stages, accumulator)}, {others.Name} {OutputOf(others, accumulator)}");

    private sbyte OutputOf(RequantizationStages two, int accumulator)
    {
        // Vector forms take whole vectors.
        var narrowed = new short[64];
        two.Narrow(constants.AccumulatorShift, accumulator, narrowed);
        var scaled = new sbyte[1 << 16];
        two.Scale(constants, short.MinValue, scaled);
        return scaled[narrowed[0] - short.MinValue];
    }
}
