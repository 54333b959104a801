using MathNet.Numerics.LinearAlgebra;

namespace TileProof.Verification.TimingCalibration;

/// <summary>Least squares with non-negative coefficients: the active-set method of Lawson and Hanson.</summary>
public static class NonNegativeLeastSquares
{
    private const double GradientTolerance = 1e-10;

    /// <summary>Minimizes the length of <c>matrix x - target</c> over x with no negative element.</summary>
    /// <param name="matrix">One row per observation, one column per coefficient.</param>
    /// <param name="target">One element per observation.</param>
    /// <exception cref="InvalidOperationException">The active set did not settle.</exception>
    public static Vector<double> Solve(Matrix<double> matrix, Vector<double> target)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(target);
        double[] columnScale = [.. matrix.EnumerateColumns().Select(static column => column.L2Norm() is > 0 and var norm ? norm : 1)];
        Matrix<double> scaled = matrix.Clone();
        for (int column = 0; column < scaled.ColumnCount; column++)
        {
            scaled.SetColumn(column, scaled.Column(column) / columnScale[column]);
        }

        Vector<double> solution = Vector<double>.Build.Dense(scaled.ColumnCount);
        var passive = new SortedSet<int>();
        for (int iteration = 0; iteration < 10 * scaled.ColumnCount; iteration++)
        {
            Vector<double> gradient = scaled.TransposeThisAndMultiply(target - (scaled * solution));
            int entering = Enumerable.Range(0, scaled.ColumnCount)
                .Where(column => !passive.Contains(column) && gradient[column] > GradientTolerance)
                .OrderByDescending(column => gradient[column])
                .FirstOrDefault(-1);
            if (entering < 0)
            {
                return Vector<double>.Build.DenseOfEnumerable(solution.Select((value, column) => value / columnScale[column]));
            }

            passive.Add(entering);
            MovePassive(scaled, target, solution, passive);
        }

        throw new InvalidOperationException("Non-negative least squares did not settle.");
    }

    /// <summary>Moves to the least-squares point of the passive coefficients; those that would turn negative leave the set.</summary>
    private static void MovePassive(Matrix<double> matrix, Vector<double> target, Vector<double> solution, SortedSet<int> passive)
    {
        while (passive.Count > 0)
        {
            int[] columns = [.. passive];
            Matrix<double> reduced = Matrix<double>.Build.DenseOfColumnVectors(columns.Select(matrix.Column));
            Vector<double> candidate = reduced.QR().Solve(target);
            double step = 1;
            for (int index = 0; index < columns.Length; index++)
            {
                if (candidate[index] <= 0)
                {
                    double current = solution[columns[index]];
                    step = Math.Min(step, current / (current - candidate[index]));
                }
            }

            for (int index = 0; index < columns.Length; index++)
            {
                solution[columns[index]] += step * (candidate[index] - solution[columns[index]]);
            }

            if (step >= 1)
            {
                return;
            }

            for (int index = 0; index < columns.Length; index++)
            {
                if (solution[columns[index]] <= 1e-14)
                {
                    solution[columns[index]] = 0;
                    passive.Remove(columns[index]);
                }
            }
        }
    }
}
