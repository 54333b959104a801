using TileProof.HwModel.Timing;

namespace TileProof.Verification.TimingCalibration;

/// <summary>The fitted timing model and the evidence for it.</summary>
/// <param name="Observations">All published calls, fitted or not.</param>
/// <param name="Core">The fit of the core and the print-free runs.</param>
/// <param name="MemoryModel">The fit of the memory model and the cache path on top of it.</param>
/// <param name="LeaveOneLayerOut">Each layer of the print-free runs, predicted by a fit without any call of its geometry.</param>
/// <param name="LeaveOneNetworkOut">The convolutions of each print-free run, predicted by a fit without that run.</param>
public sealed record CalibrationResult(
    IReadOnlyList<CycleObservation> Observations,
    CalibrationFit Core,
    CalibrationFit MemoryModel,
    IReadOnlyList<HeldOutResult> LeaveOneLayerOut,
    IReadOnlyList<HeldOutResult> LeaveOneNetworkOut)
{
    /// <summary>What the build uses.</summary>
    public CostCoefficients Coefficients => MemoryModel.Coefficients;

    /// <summary>The fit that covers a call.</summary>
    public CalibrationFit FitOf(CycleObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        return observation.Mode is MachineMode.MemoryModel or MachineMode.MemoryModelZeroLatency || observation.BankBytes == 0 ? MemoryModel : Core;
    }

    /// <summary>The calls of a run.</summary>
    public IEnumerable<CycleObservation> CallsOf(string run) => Observations.Where(observation => observation.Run == run);

    /// <summary>The relative error of the sum over calls.</summary>
    public double TotalError(IEnumerable<CycleObservation> observations)
    {
        ArgumentNullException.ThrowIfNull(observations);
        (double modelled, double published) = observations.Aggregate((0.0, 0.0), (sum, o) => (sum.Item1 + FitOf(o).Predict(o), sum.Item2 + o.Cycles));
        return (modelled / published) - 1;
    }

    /// <summary>
    /// The relative error of the cycles that all convolutions of a sweep run take more than those of another. Calls that print once
    /// per tile in either run are left out, because their prints differ.
    /// </summary>
    public double SweepDifferenceError(string run, string otherRun)
    {
        var pairs = CallsOf(run).Where(static o => o.Plan is not null).Zip(CallsOf(otherRun).Where(static o => o.Plan is not null))
            .Where(static pair => pair.First.TilePrintCount == 0 && pair.Second.TilePrintCount == 0)
            .ToList();
        double published = pairs.Sum(static pair => pair.First.Cycles - pair.Second.Cycles);
        double modelled = pairs.Sum(pair => FitOf(pair.First).Predict(pair.First) - FitOf(pair.Second).Predict(pair.Second));
        return (modelled / published) - 1;
    }
}
