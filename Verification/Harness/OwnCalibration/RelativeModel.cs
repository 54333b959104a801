using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.TimingCalibration;

namespace TileProof.Verification.OwnCalibration;

/// <summary>
/// The different calls of a fit along its critical paths: one weighted row each, relative to the measured cycles. Where a call was measured often these are
/// the mean, whose error falls with the root of their number, and the weight of the row grows with it: errors of all rows are alike then.
/// </summary>
internal sealed class RelativeModel
{
    private readonly CycleObservation[] calls;
    private readonly Matrix<double> rows;
    private readonly Vector<double> target;
    private readonly Vector<double> modelled;
    private readonly Vector<double> published;
    private readonly double[] deviations;

    /// <param name="fit">The fit.</param>
    /// <param name="different">One call of each structure.</param>
    /// <param name="observations">All calls.</param>
    /// <param name="published">The published costs on the machine.</param>
    public RelativeModel(CalibrationFit fit, CycleObservation[] different, IReadOnlyList<CycleObservation> observations, CostCoefficients published)
    {
        calls = different;
        Dictionary<string, double[]> measured = observations.GroupBy(static o => o.StructureKey).ToDictionary(static calls => calls.Key, static calls => calls.Select(static o => (double)o.Cycles).ToArray(), StringComparer.Ordinal);
        rows = Matrix<double>.Build.Dense(calls.Length, fit.Parameters.Count);
        target = Vector<double>.Build.Dense(calls.Length);
        var values = Vector<double>.Build.DenseOfEnumerable(fit.Values);
        for (int row = 0; row < calls.Length; row++)
        {
            EventTimeline timeline = ObservationModel.Play(calls[row], fit.Coefficients, countTerms: true);
            double[] repeated = measured[calls[row].StructureKey];
            double cycles = repeated.Average();
            double weight = Calibrator.ObservationWeight(calls[row]) * Math.Sqrt(repeated.Length) / cycles;
            for (int column = 0; column < fit.Parameters.Count; column++)
            {
                rows[row, column] = weight * fit.Parameters[column].CountIn(timeline.Counts!, calls[row].Mode);
            }

            target[row] = (weight * (cycles - timeline.NowCycles)) + (rows.Row(row) * values);
        }

        modelled = rows * values;
        this.published = Vector<double>.Build.DenseOfEnumerable(fit.Parameters.Select(parameter => parameter.ValueIn(published)));
        deviations = Deviations();
    }

    /// <summary>Whether the calls of all other layers have every coefficient.</summary>
    public bool TellsAllWithout(string layer)
    {
        int[] kept = [.. Enumerable.Range(0, calls.Length).Where(row => calls[row].LayerKey != layer)];
        return Enumerable.Range(0, rows.ColumnCount).All(column => Array.Exists(kept, row => rows[row, column] != 0));
    }

    /// <summary>The coefficients without the calls of a layer, all drawn to the published ones with a weight.</summary>
    public Vector<double> Solve(string withoutLayer, double publishedWeight)
    {
        int[] kept = [.. Enumerable.Range(0, calls.Length).Where(row => calls[row].LayerKey != withoutLayer)];
        var matrix = Matrix<double>.Build.Dense(kept.Length + rows.ColumnCount, rows.ColumnCount);
        var right = Vector<double>.Build.Dense(matrix.RowCount);
        for (int i = 0; i < kept.Length; i++)
        {
            matrix.SetRow(i, rows.Row(kept[i]));
            right[i] = target[kept[i]];
        }

        for (int column = 0; column < rows.ColumnCount; column++)
        {
            double scale = publishedWeight / Math.Max(published[column], 1e-3);
            matrix[kept.Length + column, column] = scale;
            right[kept.Length + column] = scale * published[column];
        }

        return NonNegativeLeastSquares.Solve(matrix, right);
    }

    /// <summary>The coefficients of calls that are off the fit by as much as the measured ones.</summary>
    public Vector<double> Replicate(CounterRandom random) => NonNegativeLeastSquares.Solve(
        rows, modelled.MapIndexed((row, value) => value + (deviations[row] * Normal.InvCDF(0, 1, Math.Clamp(random.Uniform(row), 1e-12, 1 - 1e-12)))));

    /// <summary>The standard deviation of every row's error, widened by what so few calls leave open: of convolutions and of other operators.</summary>
    private double[] Deviations()
    {
        Matrix<double> hat = rows * (rows.TransposeThisAndMultiply(rows) + Matrix<double>.Build.DiagonalOfDiagonalVector(
            Vector<double>.Build.Dense(rows.ColumnCount, column => NonNegativeLeastSquares.RelativeRidge * rows.Column(column).DotProduct(rows.Column(column))))).Inverse() * rows.Transpose();
        var found = new double[calls.Length];
        foreach (IGrouping<bool, int> group in Enumerable.Range(0, calls.Length).GroupBy(row => calls[row].Kind == OperatorKind.Conv2d))
        {
            // A call that counts little leaves little of an error: it is as little of the freedom.
            double freedom = Math.Max(1, group.Sum(row => Math.Pow(Calibrator.ObservationWeight(calls[row]), 2) * (1 - hat[row, row])));
            double widening = StudentT.InvCDF(0, 1, freedom, 0.975) / CycleUncertainty.DeviationsOf95Percent;
            double deviation = widening * Math.Sqrt(group.Sum(row => Math.Pow(target[row] - modelled[row], 2)) / freedom);
            foreach (int row in group)
            {
                found[row] = deviation;
            }
        }

        return found;
    }
}
