using MathNet.Numerics.LinearAlgebra;
using TileProof.HwModel.Timing;
using TileProof.Operators.Calls;

namespace TileProof.Verification.TimingCalibration;

/// <summary>Fits the coefficients to published cycles.</summary>
/// <remarks>
/// The modelled time of a program is piecewise linear in the coefficients: along the critical path of its events it is a sum of
/// counts times coefficients. Each round therefore solves a non-negative least-squares problem on relative errors with the
/// counts along the current critical paths, and the rounds end when the paths no longer change the fit. The best round counts.
/// </remarks>
public static class Calibrator
{
    private const int MaximumRounds = 8;
    private const int MaximumRefinements = 30;
    private const double OwnDirectWeight = 0.1;
    private const double SmallestNetPart = 0.05;
    private static readonly double[] StepSizes = [1, 0.5, 0.25, 0.1];

    /// <summary>Fits a stage; an observation counts with the weight that <see cref="ObservationWeight"/> gives it.</summary>
    public static CalibrationFit Fit(CalibrationStage stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        Vector<double> values = StartValues(stage.Parameters);
        CalibrationFit? best = null;
        for (int round = 0; round < MaximumRounds; round++)
        {
            values = LinearizedModel.At(stage, values).Solve();
            var fit = new CalibrationFit(stage, values);
            if (best is null || fit.Objective < best.Objective)
            {
                best = fit;
            }
        }

        return best!;
    }

    /// <summary>Fits a stage from values whose critical paths are near the truth: each round goes as far to the solution on its paths as the errors fall.</summary>
    public static CalibrationFit Refine(CalibrationStage stage, Vector<double> start)
    {
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentNullException.ThrowIfNull(start);
        var best = new CalibrationFit(stage, start);
        for (int round = 0; round < MaximumRefinements; round++)
        {
            var from = Vector<double>.Build.DenseOfEnumerable(best.Values);
            Vector<double> step = LinearizedModel.At(stage, from).Solve() - from;
            CalibrationFit next = StepSizes.Select(size => new CalibrationFit(stage, from + (size * step))).MinBy(static fit => fit.Objective)!;
            if (next.Objective >= best.Objective)
            {
                break;
            }

            best = next;
        }

        return best;
    }

    /// <summary>The relative weight of an observation in its stage: the print-free convolutions lead.</summary>
    /// <remarks>
    /// Element-wise operators on the cache path count least: their cycles depend on what the operator before left in the cache, which
    /// the model of one call does not know. Calls that a user measured count alike but for those.
    /// </remarks>
    public static double ObservationWeight(CycleObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (observation.Own is { } own)
        {
            return own.UsesDma || observation.Kind == OperatorKind.Conv2d ? 1 : OwnDirectWeight;
        }

        bool isConvolution = observation.Plan is not null;
        return (isConvolution, observation.Mode, observation.BankBytes) switch
        {
            (true, MachineMode.Release, _) => 8,
            (true, _, _) => 1,
            (false, _, 0) => 0.02,
            (false, _, _) => 0.3,
        };
    }

    /// <summary>Runs that print alike share their instrument terms.</summary>
    public static string InstrumentGroup(CycleObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        return observation.Prints == PrintKind.Configuration ? "sweep" : observation.Run;
    }

    internal static double CountOf(CycleObservation observation, Parameter parameter)
    {
        if (observation.Plan is null || observation.Prints == PrintKind.None || parameter.Run != InstrumentGroup(observation))
        {
            return 0;
        }

        return parameter.Instrument == InstrumentTerm.Call ? 1 : observation.TilePrintCount;
    }

    /// <summary>
    /// The cycles that errors of an observation are relative to: those of the log, or where the stage says so those of the machine alone, between what is
    /// modelled and what the log leaves without its prints. Prints are no more than 19 parts of 20, whatever is being tried.
    /// </summary>
    internal static double ScaleOf(CalibrationStage stage, CycleObservation observation, double printCycles, double machineCycles) => stage.WeighsMachineAlone
        ? Math.Max((observation.Cycles - printCycles + machineCycles) / 2, SmallestNetPart * observation.Cycles)
        : observation.Cycles;

    internal static CostCoefficients ToCoefficients(CalibrationStage stage, Vector<double> values)
    {
        CostCoefficients coefficients = stage.Fixed;
        for (int index = 0; index < values.Count; index++)
        {
            coefficients = stage.Parameters[index].Apply(coefficients, values[index]);
        }

        return coefficients;
    }

    /// <summary>Any values give the counts that do not depend on overlap; these also put the first critical paths near the truth.</summary>
    private static Vector<double> StartValues(IReadOnlyList<Parameter> parameters) => Vector<double>.Build.DenseOfEnumerable(
        parameters.Select(static parameter => parameter.Memory switch
        {
            MemoryTerm.DmaByte or MemoryTerm.DmaStoreByte => 1.0 / 16,
            MemoryTerm.DmaLatency => 100,
            not null => 0,
            null => 1,
        }));
}
