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
    public bool IsCovered(CycleObservation observation) => Math.Abs(HeldOutError(observation)!.Value) <= HeldOutHalfWidth(observation);

    /// <summary>Half that interval, relative to the cycles.</summary>
    public double HeldOutHalfWidth(CycleObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        CycleSpread spread = SpreadsOf(other => other.LayerKey != observation.LayerKey, observation).GetValueOrDefault(KeyOf(observation), Uncertainty.SpreadOf(KeyOf(observation)));
        double cycles = FitOf(observation).PredictMachine(observation);
        double variance = Uncertainty.CoefficientVariance(observation.Mode, ObservationModel.Play(observation, Coefficients, countTerms: true).Counts!.Values, knowsBuild: true);
        return CycleUncertainty.DeviationsOf95Percent * Math.Sqrt((variance / (cycles * cycles)) + Square(spread));
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

    private static bool IsElementwise(CycleObservation call) => call.Kind is OperatorKind.QuantizePerTensor or OperatorKind.DequantizePerTensor or OperatorKind.QuantizedRelu or OperatorKind.Add;

    /// <summary>Calls of all element-wise operators in the mode and on the path of one.</summary>
    private IEnumerable<CycleObservation> ElementwiseLike(CycleObservation call) =>
        Observations.Where(o => HeldOutError(o) is not null && IsElementwise(o) && o.Mode == call.Mode && o.UsesDma == call.UsesDma);

    /// <summary>
    /// The larger of two spreads: an element-wise operator has four to seven layers, of which one may be unlike the others, so that its own spread counts
    /// only where it is larger than that of all such operators.
    /// </summary>
    private static CycleSpread Wider(CycleSpread one, CycleSpread other) => Square(one) >= Square(other) ? one : other;

    private static double Square(CycleSpread spread) => (spread.Own * spread.Own) + (spread.Shared * spread.Shared);

    /// <summary>The spreads that the layers of a choice show, those of one call only where a call is given.</summary>
    private Dictionary<string, CycleSpread> SpreadsOf(Func<CycleObservation, bool> isChosen, CycleObservation? like = null)
    {
        var found = new Dictionary<string, CycleSpread>(StringComparer.Ordinal);
        foreach (IGrouping<string, CycleObservation> group in Observations.Where(o => HeldOutError(o) is not null && isChosen(o) && (like is null || KeyOf(o) == KeyOf(like))).GroupBy(KeyOf)
            .Where(static group => group.DistinctBy(static o => o.LayerKey).Count() >= SmallestLayerCount))
        {
            CycleSpread spread = ErrorsOf(group);
            found.Add(group.Key, IsElementwise(group.First()) ? Wider(spread, ErrorsOf(ElementwiseLike(group.First()).Where(isChosen))) : spread);
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
