using System.Globalization;

namespace TileProof.Verification;

/// <summary>How much a run compared, and how much of that an earlier run did.</summary>
/// <param name="Cases">Cases, layer by layer.</param>
/// <param name="Networks">Whole networks, end to end.</param>
/// <param name="Kept">Cases and whole networks whose result comes from an earlier run.</param>
/// <param name="ComparedBytes">Bytes of all their outputs.</param>
/// <param name="Failures">Cases and whole networks that are not proven.</param>
public sealed record RunExtent(int Cases, int Networks, int Kept, long ComparedBytes, int Failures)
{
    /// <summary>Cases and whole networks that ran.</summary>
    public int Ran => Cases + Networks - Kept;

    /// <summary>The extent of a run.</summary>
    public static RunExtent Of(ConformanceOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return new RunExtent(
            outcome.Cases.Count,
            outcome.EndToEnd.Count,
            outcome.Cases.Count(static one => one.IsKept) + outcome.EndToEnd.Count(static run => run.IsKept),
            outcome.Cases.Sum(static one => (long)one.Difference.ComparedBytes) + outcome.EndToEnd.Sum(static run => run.ComparedBytes),
            outcome.Cases.Count(static one => !one.IsProven) + outcome.EndToEnd.Count(static run => !run.IsProven));
    }

    /// <summary>A phrase of the verdict line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Cases} cases and {Networks} whole networks ({Ran} ran, {Kept} kept from earlier runs), {ComparedBytes:N0} bytes compared, {Failures} failures");
}
