using MathNet.Numerics.LinearAlgebra;
using TileProof.HwModel.Timing;

namespace TileProof.Verification.TimingCalibration;

/// <summary>Fitted coefficients and how well they describe the observations.</summary>
public sealed class CalibrationFit
{
    private readonly Dictionary<string, double> modelled = new(StringComparer.Ordinal);

    internal CalibrationFit(CalibrationStage stage, Vector<double> values)
    {
        Stage = stage;
        Values = [.. values];
        Coefficients = Calibrator.ToCoefficients(stage, values);
        Objective = stage.Observations.Sum(observation => Math.Pow(RelativeError(observation) * Calibrator.ObservationWeight(observation), 2));
    }

    /// <summary>What was fitted to what.</summary>
    public CalibrationStage Stage { get; }

    /// <summary>The free coefficients.</summary>
    public IReadOnlyList<Parameter> Parameters => Stage.Parameters;

    /// <summary>Their values, in the order of <see cref="Parameters"/>.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>All coefficients of the machine, the fixed ones included.</summary>
    public CostCoefficients Coefficients { get; }

    /// <summary>The weighted sum of squared relative errors.</summary>
    public double Objective { get; }

    /// <summary>Modelled cycles of an observed call, the prints of its run included.</summary>
    public double Predict(CycleObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (!modelled.TryGetValue(observation.StructureKey, out double cycles))
        {
            cycles = ObservationModel.Predict(observation, Coefficients);
            modelled.Add(observation.StructureKey, cycles);
        }

        for (int index = 0; index < Parameters.Count; index++)
        {
            if (Parameters[index].Instrument is not null)
            {
                cycles += Values[index] * Calibrator.CountOf(observation, Parameters[index]);
            }
        }

        return cycles;
    }

    /// <summary>(modelled - published) / published.</summary>
    public double RelativeError(CycleObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        return (Predict(observation) / observation.Cycles) - 1;
    }
}
