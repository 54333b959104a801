using MathNet.Numerics.Distributions;
using TileProof.HwModel.Timing;
using TileProof.Operators.Calls;

namespace TileProof.Verification.TimingCalibration;

/// <summary>The fitted timing model and the evidence for it.</summary>
public sealed class CalibrationResult
{
    /// <summary>Of fewer layers a spread says nothing.</summary>
    private const int SmallestLayerCount = 3;

    private readonly Dictionary<(string Run, int CallIndex), double> heldOutErrors = [];

    /// <summary>Puts the parts of a calibration together.</summary>
    /// <param name="observations">All published calls, fitted or not.</param>
    /// <param name="core">The fit of the core and the print-free runs.</param>
    /// <param name="memoryModel">The fit of the memory model and the cache path on top of it.</param>
    /// <param name="leaveOneLayerOut">Each layer in all runs, predicted by fits without any call of it.</param>
    /// <param name="leaveOneRunOut">Each run, predicted by fits without it.</param>
    /// <param name="replicates">Coefficients of fits with other weights of layers and runs.</param>
    /// <param name="conditionNumbers">Condition numbers of both fits.</param>
    public CalibrationResult(
        IReadOnlyList<CycleObservation> observations,
        CalibrationFit core,
        CalibrationFit memoryModel,
        IReadOnlyList<HeldOutResult> leaveOneLayerOut,
        IReadOnlyList<HeldOutResult> leaveOneRunOut,
        IReadOnlyList<CostCoefficients> replicates,
        (double Core, double MemoryModel) conditionNumbers)
    {
        ArgumentNullException.ThrowIfNull(memoryModel);
        ArgumentNullException.ThrowIfNull(leaveOneLayerOut);
        ArgumentNullException.ThrowIfNull(leaveOneRunOut);
        Observations = observations;
        Core = core;
        MemoryModel = memoryModel;
        LeaveOneLayerOut = leaveOneLayerOut;
        LeaveOneRunOut = leaveOneRunOut;
        ConditionNumbers = conditionNumbers;

        // Without the only layer of an operator nothing is known of it; then the other runs say how far a prediction is off.
        HashSet<OperatorKind> single = [.. observations.GroupBy(static o => o.Kind).Where(static kind => kind.DistinctBy(static o => o.LayerKey).Count() == 1).Select(static kind => kind.Key)];
        foreach ((IReadOnlyList<HeldOutResult> held, bool ofSingle) in new[] { (leaveOneLayerOut, false), (leaveOneRunOut, true) })
        {
            foreach ((CycleObservation observation, double error) in held.SelectMany(static one => one.Observations.Zip(one.RelativeErrors)))
            {
                if (single.Contains(observation.Kind) == ofSingle)
                {
                    heldOutErrors[(observation.Run, observation.CallIndex)] = error;
                }
            }
        }

        Uncertainty = new CycleUncertainty(Coefficients, replicates, SpreadsOf(static _ => true)) { CoversBothBuilds = true };
        Uncertainty = Uncertainty.WithSpreads(Narrowed());
    }

    /// <summary>All published calls, fitted or not.</summary>
    public IReadOnlyList<CycleObservation> Observations { get; }

    /// <summary>The fit of the core and the print-free runs.</summary>
    public CalibrationFit Core { get; }

    /// <summary>The fit of the memory model and the cache path on top of it.</summary>
    public CalibrationFit MemoryModel { get; }

    /// <summary>Each layer in all runs, predicted by fits without any call of it.</summary>
    public IReadOnlyList<HeldOutResult> LeaveOneLayerOut { get; }

    /// <summary>Each run, predicted by fits without it.</summary>
    public IReadOnlyList<HeldOutResult> LeaveOneRunOut { get; }

    /// <summary>How much errors of the figures can grow in the coefficients of either fit.</summary>
    public (double Core, double MemoryModel) ConditionNumbers { get; }

    /// <summary>What the build uses.</summary>
    public CostCoefficients Coefficients => MemoryModel.Coefficients;

    /// <summary>What the build does not know.</summary>
    public CycleUncertainty Uncertainty { get; }

    /// <summary>Whether the second fit covers a call.</summary>
    public static bool IsOfMemoryModel(CycleObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        return observation.Mode is MachineMode.MemoryModel or MachineMode.MemoryModelZeroLatency || observation.BankBytes == 0;
    }

    /// <summary>The fit that covers a call.</summary>
    public CalibrationFit FitOf(CycleObservation observation) => IsOfMemoryModel(observation) ? MemoryModel : Core;

    /// <summary>The calls of a run.</summary>
    public IEnumerable<CycleObservation> CallsOf(string run) => Observations.Where(observation => observation.Run == run);

    /// <summary>The error of a call when its layer was left out; null where the call counts in no fit.</summary>
    public double? HeldOutError(CycleObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        return heldOutErrors.TryGetValue((observation.Run, observation.CallIndex), out double error) ? error : null;
    }

    /// <summary>Published cycles without the prints.</summary>
    public double NetCycles(CycleObservation observation) => observation is null ? throw new ArgumentNullException(nameof(observation)) : observation.Cycles - FitOf(observation).PrintCycles(observation);

    /// <summary>The relative error of the sum over calls, prints left out.</summary>
    public double TotalError(IEnumerable<CycleObservation> observations)
    {
        ArgumentNullException.ThrowIfNull(observations);
        (double modelled, double published) = observations.Aggregate((0.0, 0.0), (sum, o) => (sum.Item1 + FitOf(o).PredictMachine(o), sum.Item2 + NetCycles(o)));
        return (modelled / published) - 1;
    }

    /// <summary>
    /// Whether the interval of a call that was left out, made of the other layers alone, holds its published cycles. The build of its run is known, and so
    /// is no part of the interval.
    /// </summary>
    public bool IsCovered(CycleObservation observation) => NeededFactor(observation, observation.LayerKey) <= FactorOf(observation, observation.LayerKey);

    /// <summary>Half the interval of a call that was left out, relative to its cycles.</summary>
    public double HeldOutHalfWidth(CycleObservation observation)
    {
        (double coefficients, double spread) = VariancesOf(observation, observation.LayerKey);
        double factor = FactorOf(observation, observation.LayerKey);
        return CycleUncertainty.DeviationsOf95Percent * Math.Sqrt(coefficients + (factor * factor * spread));
    }

    /// <summary>
    /// The relative error of the cycles that all convolutions of a sweep run take more than those of another. Calls that print once
    /// per tile in either run are left out, because their prints differ.
    /// </summary>
    public double SweepDifferenceError(string run, string otherRun)
    {
        var pairs = PairsOf(run, otherRun).ToList();
        double published = pairs.Sum(static pair => pair.First.Cycles - pair.Second.Cycles);
        double modelled = pairs.Sum(pair => FitOf(pair.First).Predict(pair.First) - FitOf(pair.Second).Predict(pair.Second));
        return (modelled / published) - 1;
    }

    internal static string KeyOf(CycleObservation observation) => CycleUncertainty.SpreadKey(observation.Mode, observation.Kind, observation.UsesDma);

    private IEnumerable<(CycleObservation First, CycleObservation Second)> PairsOf(string run, string otherRun) =>
        CallsOf(run).Where(static o => o.Plan is not null).Zip(CallsOf(otherRun).Where(static o => o.Plan is not null))
            .Where(static pair => pair.First.TilePrintCount == 0 && pair.Second.TilePrintCount == 0);

    /// <summary>The spread that calls show.</summary>
    private CycleSpread ErrorsOf(IEnumerable<CycleObservation> calls) => SpreadOf([.. calls.Select(o => (o.LayerKey, o.Run, HeldOutError(o)!.Value))]);

    /// <summary>Operators of fewer figures keep the spread that their errors show.</summary>
    private const int SmallestFigureCount = 20;

    private const double HeldPart = 0.95;

    private readonly Dictionary<(string Layer, string Without), (double Coefficients, double Spread)> variances = [];
    private readonly Dictionary<(OperatorKind Kind, bool UsesDma, string Without), double> factors = [];

    /// <summary>The squares of what coefficients and spread leave open of a call, relative to its cycles; of the spread without its layer and another one.</summary>
    private (double Coefficients, double Spread) VariancesOf(CycleObservation call, string without)
    {
        (string, string) key = ($"{call.StructureKey} {call.UsesDma}", without);
        if (!variances.TryGetValue(key, out (double Coefficients, double Spread) known))
        {
            CycleSpread spread = SpreadsOf(other => other.LayerKey != call.LayerKey && other.LayerKey != without, call).GetValueOrDefault(KeyOf(call), Uncertainty.SpreadOf(KeyOf(call)));
            double cycles = FitOf(call).PredictMachine(call);
            double coefficients = Uncertainty.CoefficientVariance(call.Mode, ObservationModel.Play(call, Coefficients, countTerms: true).Counts!.Values, knowsBuild: true) / (cycles * cycles);
            known = (coefficients, Square(spread));
            variances.Add(key, known);
        }

        return known;
    }

    /// <summary>By how much the spread of a left out call must be multiplied for its interval to reach its published cycles; the spread without its layer and another one.</summary>
    private double NeededFactor(CycleObservation call, string without)
    {
        (double coefficients, double spread) = VariancesOf(call, without);
        double missing = Math.Pow(HeldOutError(call)!.Value / CycleUncertainty.DeviationsOf95Percent, 2) - coefficients;
        return missing <= 0 ? 0 : Math.Sqrt(missing / spread);
    }

    /// <summary>
    /// What 95 of 100 figures of an operator on a path need, in any mode, one layer left out: its few layers are wrong in other ways than a normal distribution says.
    /// </summary>
    private double FactorOf(CycleObservation call, string without)
    {
        (OperatorKind, bool, string) key = (call.Kind, call.UsesDma, without);
        if (!factors.TryGetValue(key, out double factor))
        {
            double[] needed =
            [
                .. Observations.Where(o => HeldOutError(o) is not null && o.Kind == call.Kind && o.UsesDma == call.UsesDma && o.LayerKey != without).Select(o => NeededFactor(o, without)).Order(),
            ];
            factor = needed.Length < SmallestFigureCount ? 1 : needed[Math.Min(needed.Length - 1, (int)Math.Ceiling(HeldPart * needed.Length) - 1)];
            factors.Add(key, factor);
        }

        return factor;
    }

    /// <summary>The spreads of all layers with the factors of their operators.</summary>
    private Dictionary<string, CycleSpread> Narrowed()
    {
        var narrowed = new Dictionary<string, CycleSpread>(Uncertainty.Spreads, StringComparer.Ordinal);
        foreach (CycleObservation call in Observations.Where(o => HeldOutError(o) is not null).DistinctBy(KeyOf))
        {
            if (Uncertainty.Spreads.TryGetValue(KeyOf(call), out CycleSpread spread))
            {
                double factor = FactorOf(call, "");
                narrowed[KeyOf(call)] = new CycleSpread(factor * spread.Own, factor * spread.Shared);
            }
        }

        return narrowed;
    }

    private static double Square(CycleSpread spread) => (spread.Own * spread.Own) + (spread.Shared * spread.Shared);

    /// <summary>The spreads that the layers of a choice show, those of one call only where a call is given.</summary>
    private Dictionary<string, CycleSpread> SpreadsOf(Func<CycleObservation, bool> isChosen, CycleObservation? like = null)
    {
        var found = new Dictionary<string, CycleSpread>(StringComparer.Ordinal);
        foreach (IGrouping<string, CycleObservation> group in Observations.Where(o => HeldOutError(o) is not null && isChosen(o) && (like is null || KeyOf(o) == KeyOf(like))).GroupBy(KeyOf)
            .Where(static group => group.DistinctBy(static o => o.LayerKey).Count() >= SmallestLayerCount))
        {
            found.Add(group.Key, ErrorsOf(group));
        }

        if (like is null)
        {
            AddChanges(found);
        }

        return found;
    }

    /// <summary>
    /// What differences between plans show: of tiles in the bank-size sweep, which no run with a memory model repeats, and of tiles and the
    /// cache path in a pair of runs without and one with a memory model. What memory costs of tiles leave open is in the coefficients.
    /// </summary>
    private void AddChanges(Dictionary<string, CycleSpread> found)
    {
        (string Layer, string Run, double Error)[] sweep =
        [
            .. Enumerable.Range(1, PublishedCycles.SweepRuns.Count - 1).SelectMany(i => ChangesOf(PublishedCycles.SweepRuns[i], PublishedCycles.SweepRuns[i - 1])),
        ];
        (string Layer, string Run, double Error)[] paths = [.. ChangesOf(PublishedCycles.CachePathRun, PublishedCycles.SweepRuns[1])];
        (string Layer, string Run, double Error)[] memoryPaths = [.. ChangesOf(PublishedCycles.MemoryModelRuns[^1], PublishedCycles.MemoryModelRuns[0])];
        foreach (MachineMode mode in Enum.GetValues<MachineMode>())
        {
            found.Add(CycleUncertainty.ChangeKey(mode, changesPath: false), SpreadOf(sweep));
            found.Add(CycleUncertainty.ChangeKey(mode, changesPath: true), SpreadOf(mode is MachineMode.Turbo or MachineMode.Release ? paths : memoryPaths));
        }
    }

    private IEnumerable<(string Layer, string Run, double Error)> ChangesOf(string run, string otherRun)
    {
        foreach ((CycleObservation first, CycleObservation second) in PairsOf(run, otherRun))
        {
            double changed = CycleErrorBar.ChangedCycles(ObservationModel.Play(first, Coefficients).Split, ObservationModel.Play(second, Coefficients).Split);
            if (changed >= 1)
            {
                double modelled = (NetCycles(first) * (1 + HeldOutError(first)!.Value)) - (NetCycles(second) * (1 + HeldOutError(second)!.Value));
                yield return (first.LayerKey, run, (modelled - (NetCycles(first) - NetCycles(second))) / changed);
            }
        }
    }

    /// <summary>Both parts of a spread, widened by what so few layers leave open.</summary>
    internal static CycleSpread SpreadOf(IReadOnlyList<(string Layer, string Run, double Error)> errors)
    {
        double[] squares = [.. errors.GroupBy(static one => one.Layer).Select(static layer => layer.Average(static one => one.Error * one.Error))];
        double[] means = [.. errors.GroupBy(static one => one.Run).Select(static run => run.GroupBy(static one => one.Layer).Average(static layer => layer.Average(static one => one.Error)))];
        double shared = means.Average(static mean => mean * mean);
        double widening = squares.Length < 2 ? 1 : StudentT.InvCDF(0, 1, squares.Length - 1, 0.975) / CycleUncertainty.DeviationsOf95Percent;
        return new CycleSpread(widening * Math.Sqrt(Math.Max(squares.Average() - shared, 0)), widening * Math.Sqrt(shared));
    }
}
