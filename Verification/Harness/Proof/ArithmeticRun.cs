using System.Globalization;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Caching;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;
using TileProof.Verification.Sharding;
using TileProof.Verification.Sharding.Records;

namespace TileProof.Verification.Proof;

/// <summary>Compares the arithmetic of a run's convolutions and of what makes one element of one over all values: each different set of constants once.</summary>
/// <param name="options">What to run.</param>
/// <param name="cache">What earlier runs found; null to compare everything.</param>
/// <param name="jobs">Where the results come from.</param>
/// <param name="progress">Told how far the run has come.</param>
/// <param name="cancellation">Stops the run between sets.</param>
internal sealed class ArithmeticRun(VerifyOptions options, ResultCache? cache, JobSource jobs, IProgressReporter progress, CancellationToken cancellation)
{
    private const string FileName = "arithmetic-proofs";

    /// <summary>The sets of a convolution's constants, one for the tensor or one a channel; null where it has none that the kernels take.</summary>
    public static IReadOnlyList<OutputConstants>? ConstantsOf(GoldenCall golden)
    {
        ArgumentNullException.ThrowIfNull(golden);
        return golden.Requantization is { AccumulatorShift: >= 0 and < 24, OutputShift: >= 0 and < 32 } requantization
            ? [.. Enumerable.Range(0, requantization.OutputScales.Length).Select(channel => OutputConstants.Of(requantization, channel)).Distinct()]
            : null;
    }

    /// <summary>Compares every set of the calls.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="bound">Gives the accumulator ranges of those of some calls that have one.</param>
    /// <returns>What is known of each call then.</returns>
    public Dictionary<GoldenCall, ArithmeticProof> Execute(
        IReadOnlyList<GoldenCall> calls, Func<GoldenCall[], IReadOnlyDictionary<GoldenCall, AccumulatorBounds>> bound)
    {
        (string Key, GoldenCall[] Calls)[] sets =
        [
            .. from golden in calls
               let key = KeyOf(golden)
               where key is not null
               group golden by key into same
               select (same.Key, same.ToArray()),
        ];
        JobBatch<(string Key, GoldenCall[] Calls), ArithmeticProof> batch = jobs.Assign(Stage, sets);
        IReadOnlyDictionary<GoldenCall, AccumulatorBounds> bounds = bound([.. batch.Missing.SelectMany(index => sets[index].Calls)]);
        KeptLines kept = KeptLines.Open(cache, FileName);
        Dictionary<int, string> keys = batch.Missing.ToDictionary(
            static index => index,
            index => RangeOf(sets[index].Calls, bounds) is { } range ? ContentHash.Of(sets[index].Key, range.Smallest, range.Largest) : sets[index].Key);
        var missing = new List<int>();
        foreach (int index in batch.Missing)
        {
            if (Read(kept.Find(keys[index])) is { } proof)
            {
                batch.Keep(index, proof);
            }
            else
            {
                missing.Add(index);
            }
        }

        if (missing.Count > 0)
        {
            using IProgressActivity activity = progress.Begin("arithmetic over all values", missing.Count);
            Workers.ForEach(
                missing.Count,
                number => batch.CostOf(missing[number]),
                number =>
                {
                    int index = missing[number];
                    batch.Keep(index, Prove(sets[index].Calls, bounds));
                    activity.Advance();
                },
                cancellation,
                options.ThreadCount);
        }

        IReadOnlyList<ArithmeticProof?> proofs = batch.Results;
        foreach (int index in missing.Where(index => proofs[index] is { Difference: null }))
        {
            kept.Add(keys[index], Write(proofs[index]!));
        }

        kept.Save();
        return sets.Zip(proofs).Where(static pair => pair.Second is not null).SelectMany(static pair => pair.First.Calls.Select(golden => (golden, pair.Second!))).ToDictionary();
    }

    private static readonly JobStage<(string Key, GoldenCall[] Calls), ArithmeticProof> Stage = new()
    {
        JobOf = static set => ConstantsOf(set.Calls[0]) is { } constants
            ? new Job($"arithmetic {set.Key}", JobCosts.OfArithmetic(constants.Count), "requantization", JobCosts.FirstArithmetic)
            : new Job($"arithmetic {set.Key}", JobCosts.OfArithmetic(1), "proofs", GroupCost: 0),
        Write = static proof => RecordJson.Write(ArithmeticRecord.Of(proof), RecordJson.Default.ArithmeticRecord),
        Read = static (_, line) => RecordJson.Read(line, RecordJson.Default.ArithmeticRecord).ToProof(),
    };

    private static ArithmeticProof Prove(GoldenCall[] calls, IReadOnlyDictionary<GoldenCall, AccumulatorBounds> bounds)
    {
        if (RangeOf(calls, bounds) is { } range)
        {
            return RequantizationProof.Of(ConstantsOf(calls[0])!, range.Smallest, range.Largest);
        }

        using var onnxRuntime = new OnnxRuntimeGolden();
        return ElementwiseProof.Of(calls[0].Call, onnxRuntime);
    }

    /// <summary>The accumulators that inputs can give in any of the calls; null for operators without.</summary>
    private static (long Smallest, long Largest)? RangeOf(GoldenCall[] calls, IReadOnlyDictionary<GoldenCall, AccumulatorBounds> bounds) => calls[0].Call is Conv2dCall
        ? (calls.Min(golden => bounds[golden].Smallest), calls.Max(golden => bounds[golden].Largest))
        : null;

    /// <summary>What decides the arithmetic: constants and ranges of accumulators, or the quantization of both values; null where nothing is compared.</summary>
    private static string? KeyOf(GoldenCall golden) => golden.Call switch
    {
        Conv2dCall => ConstantsOf(golden) is { } constants ? ContentHash.Of(constants) : null,
        _ when !ElementwiseProof.Covers(golden.Call) => null,
        QuantizedReluCall relu => ContentHash.Of(relu.Kind, relu.Input.Quantization, relu.Output.Quantization, relu.OutputMultiplier, relu.OutputShift),
        LevelArithmeticCall levels => ContentHash.Of(levels.Kind, levels.Input.Quantization, levels.Inputs[^1].Quantization, levels.Output.Quantization),
        OperatorCall call => ContentHash.Of(call.Kind, call.Input.Quantization, call.Output.Quantization),
    };

    private static string Write(ArithmeticProof proof) => proof is RequantizationProof requantization
        ? string.Create(CultureInfo.InvariantCulture, $"{requantization.Accumulators} {requantization.ReachableAccumulators} {requantization.ChangePoints}")
        : string.Create(CultureInfo.InvariantCulture, $"{proof.ComparedValues} {proof.ChangePoints} {proof.Scope}");

    private static ArithmeticProof? Read(string? line) => line?.Split(' ', 3) switch
    {
        [var all, var reachable, var points] when IsNumber(all, out long values) && IsNumber(reachable, out long reached) && IsNumber(points, out long changes) =>
            new RequantizationProof(values, reached, (int)changes, null),
        [var all, var points, ElementwiseProof.EveryLevel or ElementwiseProof.EveryBoundary or ElementwiseProof.EveryPair] and [_, _, var scope] when IsNumber(all, out long values) && IsNumber(points, out long changes) =>
            new ElementwiseProof(scope, values, (int)changes, null),
        _ => null,
    };

    private static bool IsNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
