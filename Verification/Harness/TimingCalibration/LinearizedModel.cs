using MathNet.Numerics.LinearAlgebra;
using TileProof.HwModel.Timing;

namespace TileProof.Verification.TimingCalibration;

/// <summary>
/// The counts along the critical paths of all observations at given coefficients, as normal equations of relative errors, layer by layer and run
/// by run, so that fits with other weights of them take no time.
/// </summary>
internal sealed class LinearizedModel
{
    private readonly CalibrationStage stage;
    private readonly Dictionary<(string Layer, string Run), Equations> equations = [];

    private LinearizedModel(CalibrationStage stage) => this.stage = stage;

    /// <summary>The layers.</summary>
    public IEnumerable<string> Layers => equations.Keys.Select(static key => key.Layer).Distinct(StringComparer.Ordinal);

    /// <summary>The runs.</summary>
    public IEnumerable<string> Runs => equations.Keys.Select(static key => key.Run).Distinct(StringComparer.Ordinal);

    private int ColumnCount => stage.Parameters.Count + stage.Carried.Count;

    public static LinearizedModel At(CalibrationStage stage, Vector<double> values)
    {
        var model = new LinearizedModel(stage);
        CostCoefficients coefficients = Calibrator.ToCoefficients(stage, values);
        Parameter[] columns = [.. stage.Parameters, .. stage.Carried];
        double[] columnValues = [.. values, .. stage.CarriedValues];
        var known = new Dictionary<string, (double[] Counts, double Fixed)>(StringComparer.Ordinal);
        foreach (CycleObservation observation in stage.Observations)
        {
            if (!known.TryGetValue(observation.StructureKey, out (double[] Counts, double Fixed) structure))
            {
                structure = CountsOf(observation, columns, columnValues, coefficients);
                known.Add(observation.StructureKey, structure);
            }

            double[] counts = [.. columns.Select((column, index) => column.Instrument is null ? structure.Counts[index] : Calibrator.CountOf(observation, column))];
            double prints = columns.Select((column, index) => column.Instrument is null ? 0 : counts[index] * columnValues[index]).Sum();
            double machine = structure.Fixed + counts.Select((count, index) => count * columnValues[index]).Sum() - prints;
            model.Add(observation, counts, structure.Fixed, Calibrator.ScaleOf(stage, observation, prints, machine));
        }

        return model;
    }

    /// <summary>The coefficients that fit best.</summary>
    /// <param name="weightOf">What the observations of a layer in a run count; null for 1.</param>
    /// <param name="carried">Other values of the carried coefficients; null for those of the stage.</param>
    public Vector<double> Solve(Func<string, string, double>? weightOf = null, IReadOnlyList<double>? carried = null)
    {
        var gram = Matrix<double>.Build.Dense(ColumnCount, ColumnCount);
        var right = Vector<double>.Build.Dense(ColumnCount);
        foreach (((string layer, string run), Equations part) in equations)
        {
            double weight = weightOf?.Invoke(layer, run) ?? 1;
            if (weight != 0)
            {
                gram += weight * part.Gram;
                right += weight * part.Right;
            }
        }

        int free = stage.Parameters.Count;
        Vector<double> target = right.SubVector(0, free);
        if (stage.Carried.Count > 0)
        {
            target -= gram.SubMatrix(0, free, free, stage.Carried.Count) * Vector<double>.Build.DenseOfEnumerable(carried ?? stage.CarriedValues);
        }

        return NonNegativeLeastSquares.SolveNormal(gram.SubMatrix(0, free, 0, free), target);
    }

    /// <summary>How much errors of the figures can grow in the coefficients above 0: of the relative counts, columns scaled to length 1.</summary>
    public double ConditionNumber(IReadOnlyList<double> values)
    {
        var gram = Matrix<double>.Build.Dense(ColumnCount, ColumnCount);
        foreach (Equations part in equations.Values)
        {
            gram += part.Gram;
        }

        int[] used = [.. Enumerable.Range(0, stage.Parameters.Count).Where(column => values[column] > 0 && gram[column, column] > 0)];
        return Math.Sqrt(Matrix<double>.Build.Dense(
            used.Length, used.Length, (row, column) => gram[used[row], used[column]] / Math.Sqrt(gram[used[row], used[row]] * gram[used[column], used[column]])).ConditionNumber());
    }

    private void Add(CycleObservation observation, double[] counts, double fixedCycles, double scaleCycles)
    {
        double weight = Calibrator.ObservationWeight(observation) / scaleCycles;
        Vector<double> row = Vector<double>.Build.DenseOfArray(counts) * weight;
        if (!equations.TryGetValue((observation.LayerKey, observation.Run), out Equations? part))
        {
            part = new Equations(Matrix<double>.Build.Dense(ColumnCount, ColumnCount), Vector<double>.Build.Dense(ColumnCount));
            equations.Add((observation.LayerKey, observation.Run), part);
        }

        row.OuterProduct(row).Add(part.Gram, part.Gram);
        (row * ((observation.Cycles - fixedCycles) * weight)).Add(part.Right, part.Right);
    }

    private static (double[] Counts, double Fixed) CountsOf(
        CycleObservation observation, Parameter[] columns, double[] values, CostCoefficients coefficients)
    {
        EventTimeline timeline = ObservationModel.Play(observation, coefficients, countTerms: true);
        double[] counts = [.. columns.Select(column => column.CountIn(timeline.Counts!, observation.Mode))];
        return (counts, timeline.NowCycles - counts.Select((count, index) => count * values[index]).Sum());
    }

    private sealed record Equations(Matrix<double> Gram, Vector<double> Right);
}
