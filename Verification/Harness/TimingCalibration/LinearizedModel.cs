using MathNet.Numerics.LinearAlgebra;
using TileProof.HwModel.Timing;

namespace TileProof.Verification.TimingCalibration;

/// <summary>The counts along the critical paths of all observations at given coefficients.</summary>
internal sealed class LinearizedModel
{
    private readonly Matrix<double> relativeCounts;
    private readonly Vector<double> relativeTargets;

    private LinearizedModel(Matrix<double> relativeCounts, Vector<double> relativeTargets)
    {
        this.relativeCounts = relativeCounts;
        this.relativeTargets = relativeTargets;
    }

    public static LinearizedModel At(CalibrationStage stage, Vector<double> values)
    {
        (IReadOnlyList<CycleObservation> observations, IReadOnlyList<Parameter> parameters, _) = stage;
        CostCoefficients coefficients = Calibrator.ToCoefficients(stage, values);
        CostCoefficients[] stepped = [.. parameters.Select((parameter, index) => parameter.Apply(coefficients, values[index] + Calibrator.StepFor(values[index])))];
        var counts = Matrix<double>.Build.Dense(observations.Count, parameters.Count);
        var targets = Vector<double>.Build.Dense(observations.Count);
        var known = new Dictionary<string, (double[] Counts, double Fixed)>(StringComparer.Ordinal);
        for (int row = 0; row < observations.Count; row++)
        {
            CycleObservation observation = observations[row];
            if (!known.TryGetValue(observation.StructureKey, out (double[] Counts, double Fixed) structure))
            {
                structure = CountsOf(observation, parameters, values, coefficients, stepped);
                known.Add(observation.StructureKey, structure);
            }

            double weight = Calibrator.ObservationWeight(observation) / observation.Cycles;
            for (int column = 0; column < parameters.Count; column++)
            {
                double count = parameters[column].Instrument is null ? structure.Counts[column] : Calibrator.CountOf(observation, parameters[column]);
                counts[row, column] = count * weight;
            }

            targets[row] = (observation.Cycles - structure.Fixed) * weight;
        }

        return new LinearizedModel(counts, targets);
    }

    public Vector<double> Solve() => NonNegativeLeastSquares.Solve(relativeCounts, relativeTargets);

    /// <summary>Solves again without one observation, on the same critical paths.</summary>
    public Vector<double> SolveWithout(IReadOnlyCollection<int> rows)
    {
        int[] kept = [.. Enumerable.Range(0, relativeCounts.RowCount).Where(row => !rows.Contains(row))];
        return NonNegativeLeastSquares.Solve(
            Matrix<double>.Build.DenseOfRowVectors(kept.Select(relativeCounts.Row)), Vector<double>.Build.DenseOfEnumerable(kept.Select(row => relativeTargets[row])));
    }

    private static (double[] Counts, double Fixed) CountsOf(
        CycleObservation observation, IReadOnlyList<Parameter> parameters, Vector<double> values, CostCoefficients coefficients, CostCoefficients[] stepped)
    {
        double here = ObservationModel.Predict(observation, coefficients);
        var counts = new double[parameters.Count];
        double linear = 0;
        for (int index = 0; index < counts.Length; index++)
        {
            Parameter parameter = parameters[index];
            if (parameter.Instrument is null && (parameter.Modes is null || parameter.Modes.Contains(observation.Mode)))
            {
                counts[index] = (ObservationModel.Predict(observation, stepped[index]) - here) / Calibrator.StepFor(values[index]);
                linear += counts[index] * values[index];
            }
        }

        return (counts, here - linear);
    }
}
