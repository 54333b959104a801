using MathNet.Numerics.LinearAlgebra;
using TileProof.HwModel.Timing;
using TileProof.Operators;

namespace TileProof.Verification.Calibration;

/// <summary>Fits the coefficients to published cycles.</summary>
/// <remarks>
/// The modelled time of a program is piecewise linear in the coefficients: along the critical path of its events it is a sum of
/// counts times coefficients. Each round therefore solves a non-negative least-squares problem on relative errors with the
/// counts along the current critical paths, and the rounds end when the paths no longer change the fit. The best round counts.
/// </remarks>
public static class Calibrator
{
    private const int MaximumRounds = 8;
    private const double RelativeStep = 1e-6;

    /// <summary>The free coefficients for a set of observations: terms that no observation counts are left out.</summary>
    public static IReadOnlyList<Parameter> ParametersFor(IReadOnlyList<CycleObservation> observations)
    {
        ArgumentNullException.ThrowIfNull(observations);
        var parameters = new List<Parameter>();
        parameters.AddRange(Enum.GetValues<CoreTerm>().Select(static term => new Parameter(term.ToString(), Core: term)));
        foreach (MemoryTerm term in Enum.GetValues<MemoryTerm>())
        {
            parameters.AddRange(ModesSharing(term).Select(modes => new Parameter($"{string.Join('+', modes)}.{term}", Modes: modes, Memory: term)));
        }

        parameters.Add(new Parameter("diagnostics." + InstrumentTerm.DiagnosticWeight, Instrument: InstrumentTerm.DiagnosticWeight));
        foreach (string group in observations.Where(static o => o.Prints != PrintKind.None && o.Plan is not null).Select(InstrumentGroup).Distinct().Order(StringComparer.Ordinal))
        {
            parameters.Add(new Parameter($"{group}.{InstrumentTerm.Call}", Run: group, Instrument: InstrumentTerm.Call));
            parameters.Add(new Parameter($"{group}.{InstrumentTerm.TileLine}", Run: group, Instrument: InstrumentTerm.TileLine));
        }

        return parameters;
    }

    /// <summary>Fits; an observation counts with the weight that <see cref="ObservationWeight"/> gives it.</summary>
    public static CalibrationFit Fit(IReadOnlyList<CycleObservation> observations)
    {
        IReadOnlyList<Parameter> parameters = ParametersFor(observations);
        Vector<double> values = StartValues(parameters);
        CalibrationFit? best = null;
        for (int round = 0; round < MaximumRounds; round++)
        {
            LinearizedModel model = LinearizedModel.At(observations, parameters, values);
            values = model.Solve();
            var fit = new CalibrationFit(observations, parameters, values);
            if (best is null || fit.Objective < best.Objective * (1 - 1e-9))
            {
                best = fit;
            }
            else
            {
                break;
            }
        }

        return best!;
    }

    /// <summary>The relative weight of an observation: the print-free convolutions lead, runs with a memory model follow at a distance.</summary>
    public static double ObservationWeight(CycleObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        bool isConvolution = observation.Kind == OperatorKind.Conv2d;
        return observation.Mode switch
        {
            MachineMode.Release => isConvolution ? 3 : 0.3,
            MachineMode.Turbo when observation.BankBytes == 0 => 0.002,
            MachineMode.Turbo => isConvolution ? 1 : 0.3,
            _ => isConvolution ? 0.003 : 0.001,
        };
    }

    /// <summary>Whether the fit uses an observation: in the sweep, calls that print once per tile are left out.</summary>
    public static bool IsUsed(CycleObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        return observation.Mode != MachineMode.Turbo || observation.TilePrintCount == 0;
    }

    /// <summary>Runs that print alike share their instrument terms.</summary>
    public static string InstrumentGroup(CycleObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        return observation.Prints == PrintKind.Configuration ? "sweep" : observation.Run;
    }

    /// <summary>
    /// Which modes share a memory term. Local memory does not depend on system memory; latency shows in set-up and misses only.
    /// </summary>
    private static MachineMode[][] ModesSharing(MemoryTerm term) => term switch
    {
        MemoryTerm.KernelLoad => [[MachineMode.Release, MachineMode.MemoryModel, MachineMode.MemoryModelZeroLatency]],
        MemoryTerm.DmaLatency or MemoryTerm.LineMiss => [[MachineMode.Release], [MachineMode.MemoryModel], [MachineMode.MemoryModelZeroLatency]],
        _ => [[MachineMode.Release], [MachineMode.MemoryModel, MachineMode.MemoryModelZeroLatency]],
    };

    internal static double CountOf(CycleObservation observation, Parameter parameter)
    {
        if (observation.Plan is null || observation.Prints == PrintKind.None || (parameter.Run is not null && parameter.Run != InstrumentGroup(observation)))
        {
            return 0;
        }

        return parameter.Instrument switch
        {
            InstrumentTerm.Call => 1,
            InstrumentTerm.TileLine => observation.TilePrintCount,
            _ => observation.Prints == PrintKind.ConfigurationAndDiagnostics ? observation.Plan.Shape.WeightCount : 0,
        };
    }

    internal static CostCoefficients ToCoefficients(IReadOnlyList<Parameter> parameters, Vector<double> values)
    {
        CostCoefficients coefficients = CostCoefficients.Zero;
        for (int index = 0; index < parameters.Count; index++)
        {
            coefficients = parameters[index].Apply(coefficients, values[index]);
        }

        return coefficients;
    }

    internal static double StepFor(double value) => Math.Max(value, 1) * RelativeStep;

    /// <summary>Any values give the counts that do not depend on overlap; these also put the first critical paths near the truth.</summary>
    private static Vector<double> StartValues(IReadOnlyList<Parameter> parameters) => Vector<double>.Build.DenseOfEnumerable(
        parameters.Select(static parameter => parameter.Memory switch
        {
            MemoryTerm.DmaByte => 1.0 / 16,
            MemoryTerm.DmaLatency => 100,
            not null => 0,
            null => 1,
        }));
}
