using System.Globalization;
using TileProof.Golden.Scalar;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Caching;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;

namespace TileProof.Verification.Proof;

/// <summary>Compares the requantization of a run's convolutions over all accumulators: each different set of constants once.</summary>
/// <remarks>Layers with a multiplier per output channel have thousands of sets; they are compared on the images of the run only.</remarks>
/// <param name="options">What to run.</param>
/// <param name="cache">What earlier runs found; null to compare everything.</param>
/// <param name="progress">Told how far the run has come.</param>
/// <param name="cancellation">Stops the run between sets.</param>
internal sealed class ArithmeticRun(VerifyOptions options, ResultCache? cache, IProgressReporter progress, CancellationToken cancellation)
{
    private const string FileName = "arithmetic-proofs";

    /// <summary>The set of a call's constants; null where it has none or many.</summary>
    public static OutputConstants? ConstantsOf(GoldenCall golden)
    {
        ArgumentNullException.ThrowIfNull(golden);
        return golden.Requantization is { IsPerChannel: false, AccumulatorShift: >= 0 and < 24, OutputShift: >= 0 and < 32 } requantization
            ? OutputConstants.Of(requantization, 0)
            : null;
    }

    /// <summary>Compares every set of the calls.</summary>
    public Dictionary<OutputConstants, RequantizationProof> Execute(IReadOnlyDictionary<GoldenCall, AccumulatorBounds> bounds)
    {
        (OutputConstants Constants, long Smallest, long Largest)[] sets =
        [
            .. from pair in bounds
               let constants = ConstantsOf(pair.Key)
               where constants is not null
               group pair.Value by constants.Value into calls
               select (calls.Key, calls.Min(static one => one.Smallest), calls.Max(static one => one.Largest)),
        ];
        KeptLines kept = KeptLines.Open(cache, FileName);
        RequantizationProof?[] proofs = [.. sets.Select(set => Read(kept.Find(KeyOf(set))))];
        int[] missing = [.. Enumerable.Range(0, sets.Length).Where(index => proofs[index] is null)];
        if (missing.Length > 0)
        {
            using IProgressActivity activity = progress.Begin("requantizations over all accumulators", missing.Length);
            Workers.ForEach(
                missing.Length,
                static _ => 1,
                number =>
                {
                    int index = missing[number];
                    proofs[index] = RequantizationProof.Of(sets[index].Constants, sets[index].Smallest, sets[index].Largest);
                    activity.Advance();
                },
                cancellation,
                options.ThreadCount);
        }

        foreach (int index in missing.Where(index => proofs[index]!.Difference is null))
        {
            RequantizationProof found = proofs[index]!;
            kept.Add(KeyOf(sets[index]), string.Create(CultureInfo.InvariantCulture, $"{found.Accumulators} {found.ReachableAccumulators} {found.ChangePoints}"));
        }

        kept.Save();
        return sets.Select(static set => set.Constants).Zip(proofs, static (constants, proof) => (constants, proof!)).ToDictionary();
    }

    private static string KeyOf((OutputConstants Constants, long Smallest, long Largest) set) => ContentHash.Of(set.Constants, set.Smallest, set.Largest);

    private static RequantizationProof? Read(string? line) =>
        line?.Split(' ') is [var all, var reachable, var points]
        && long.TryParse(all, NumberStyles.None, CultureInfo.InvariantCulture, out long accumulators)
        && long.TryParse(reachable, NumberStyles.None, CultureInfo.InvariantCulture, out long reached)
        && int.TryParse(points, NumberStyles.None, CultureInfo.InvariantCulture, out int changes)
            ? new RequantizationProof(accumulators, reached, changes, null)
            : null;
}
