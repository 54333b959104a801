using TileProof.HwModel.Machine;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Verification.Conformance;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;

namespace TileProof.Verification.Tuning;

/// <summary>One row of <c>tuning.csv</c>: a layer of a network at a bank setting.</summary>
public sealed record TuningRow
{
    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>The layer key.</summary>
    public required string ConfigKey { get; init; }

    /// <summary>Calls of the network with this geometry.</summary>
    public required int Calls { get; init; }

    /// <summary>The bank setting.</summary>
    public required string Bank { get; init; }

    /// <summary>What the published planner chooses.</summary>
    public required string PublishedPlan { get; init; }

    /// <summary>The cheapest plan found.</summary>
    public required string TunedPlan { get; init; }

    /// <summary>Whether the published programs compute the layer with the published plan; not where the cache path's scratch buffer is too small.</summary>
    public required bool PublishedComputes { get; init; }

    /// <summary>Whether the published programs run the tuned plan unchanged.</summary>
    public required bool Compatible { get; init; }

    /// <summary><c>calibrated</c>, <c>calibrated by NAME</c> by logs of the user, or <c>extrapolated</c> on a machine that the costs were not fitted on.</summary>
    public required string Basis { get; init; }

    /// <summary>Predicted cycles of one call with the published plan.</summary>
    public required long PublishedCycles { get; init; }

    /// <summary>Predicted cycles of one call with the tuned plan.</summary>
    public required long TunedCycles { get; init; }

    /// <summary>Saving in percent of the whole call.</summary>
    public required double SavedPercent { get; init; }

    /// <summary>Half the 95 % interval of the saving, in percent of the whole call; 0 where the published plan is kept.</summary>
    public required double SavedErrorPercent { get; init; }

    /// <summary>Cycles that the cheapest plan would save more, where it is not reported because its saving is not larger than its 95 % interval is half wide.</summary>
    public required long UncertainCycles { get; init; }

    /// <summary>Predicted cycles of the scalar passes over the weights, which every plan pays: the part of both figures that tiles cannot change.</summary>
    public required long PrologueCycles { get; init; }

    /// <summary>Bytes that DMA moves in one call with the published plan; 0 on the cache path.</summary>
    public required long PublishedDmaBytes { get; init; }

    /// <summary>Bytes that DMA moves in one call with the tuned plan.</summary>
    public required long TunedDmaBytes { get; init; }

    /// <summary>Where the cycles are saved.</summary>
    public required string WhyBetter { get; init; }

    /// <summary>Output bytes of the tuned plan, on the simulated DSP, compared with the golden over all calls.</summary>
    public required long BytesCompared { get; init; }

    /// <summary>Differing elements.</summary>
    public required long Mismatches { get; init; }

    /// <summary>Kinds of broken hardware rules, faults among them.</summary>
    public required int Hazards { get; init; }

    /// <summary>Differing elements when the published programs run the improved plan; empty where there is none that they can run.</summary>
    public required long? PublishedProgramMismatches { get; init; }

    /// <summary>Makes the row of a layer.</summary>
    /// <param name="network">The network.</param>
    /// <param name="bank">The bank setting.</param>
    /// <param name="found">The plans.</param>
    /// <param name="proof">The runs of the tuned plan.</param>
    /// <param name="callCount">Calls of the network with this geometry.</param>
    /// <param name="mode">The machine mode of the search.</param>
    public static TuningRow Of(string network, BankSetting bank, TunedPlan found, TuningProof proof, int callCount, MachineMode mode)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(proof);
        IReadOnlyList<CaseResult> runs = proof.RunsOf(network, bank, found.Best);
        IReadOnlyList<CaseResult> publishedRuns = proof.PublishedRunsOf(network, bank, found.Best);
        DspConfiguration configuration = CaseMatrix.ConfigurationFor(bank);
        return new TuningRow
        {
            Network = network,
            ConfigKey = found.Best.Shape.ConfigKey,
            Calls = callCount,
            Bank = bank.Label,
            PublishedPlan = found.Published.ToString(),
            TunedPlan = found.Best.ToString(),
            PublishedComputes = found.Published.RunsOnPublishedPrograms(configuration),
            Compatible = found.Best.RunsOnPublishedPrograms(configuration),
            Basis = bank.Machine.CycleBasisIn(mode),
            PublishedCycles = found.PublishedCost.WholeCycles,
            TunedCycles = found.BestCost.WholeCycles,
            SavedPercent = Percent(found.SavedCycles, found.PublishedCost.Cycles),
            SavedErrorPercent = Percent(found.SavedHalfWidthCycles, found.PublishedCost.Cycles),
            UncertainCycles = CycleCount.FromModelled(found.UncertainCycles).Cycles,
            PrologueCycles = CycleCount.FromModelled(found.PublishedCost.Split[CycleCategory.Prologue]).Cycles,
            PublishedDmaBytes = found.PublishedCost.DmaBytes,
            TunedDmaBytes = found.BestCost.DmaBytes,
            WhyBetter = TuningReason.Of(found),
            BytesCompared = runs.Sum(static run => (long)run.Difference.ComparedBytes),
            Mismatches = runs.Sum(static run => (long)run.Difference.DifferingElements),
            Hazards = runs.Sum(static run => run.ViolationCount + (run.Fault is null ? 0 : 1)),
            PublishedProgramMismatches = publishedRuns.Count == 0 ? null : publishedRuns.Sum(static run => (long)run.Difference.DifferingElements),
        };
    }

    /// <summary>What stands behind the word cycles; nothing where they are calibrated.</summary>
    internal static string Remark(string basis) => basis == DescribedMachine.CalibratedBasis ? "" : $" ({basis})";

    internal static double Percent(double part, double whole) => Math.Round(100 * part / whole, 2);
}
