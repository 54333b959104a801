using MathNet.Numerics.LinearAlgebra;

namespace TileProof.Verification.TimingCalibration;

/// <summary>Least squares with non-negative coefficients: the active-set method of Lawson and Hanson.</summary>
public static class NonNegativeLeastSquares
{
    /// <summary>What is added to the squares of columns of length 1.</summary>
    public const double RelativeRidge = 1e-12;

    private const double GradientTolerance = 1e-10;

    /// <summary>Minimizes the length of <c>matrix x - target</c> over x with no negative element.</summary>
    /// <param name="matrix">One row per observation, one column per coefficient.</param>
    /// <param name="target">One element per observation.</param>
    /// <exception cref="InvalidOperationException">The active set did not settle.</exception>
    public static Vector<double> Solve(Matrix<double> matrix, Vector<double> target)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(target);
        return SolveNormal(matrix.TransposeThisAndMultiply(matrix), matrix.TransposeThisAndMultiply(target));
    }

    /// <summary>Minimizes <c>x' gram x - 2 x' right</c> over x with no negative element: the same from the normal equations.</summary>
    /// <remarks>What the equations do not tell apart is shared as equally as <see cref="RelativeRidge"/> makes it.</remarks>
    /// <param name="gram">The matrix times itself, transposed.</param>
    /// <param name="right">The matrix, transposed, times the target.</param>
    /// <exception cref="InvalidOperationException">The active set did not settle.</exception>
    public static Vector<double> SolveNormal(Matrix<double> gram, Vector<double> right)
    {
        ArgumentNullException.ThrowIfNull(gram);
        ArgumentNullException.ThrowIfNull(right);
        int count = right.Count;
        double[] scale = [.. Enumerable.Range(0, count).Select(column => gram[column, column] is > 0 and var square ? Math.Sqrt(square) : 1)];
        Matrix<double> scaled = gram.MapIndexed((row, column, value) => (value / (scale[row] * scale[column])) + (row == column ? RelativeRidge : 0));
        Vector<double> target = right.MapIndexed((row, value) => value / scale[row]);
        double tolerance = GradientTolerance * Math.Max(1, target.AbsoluteMaximum());
        Vector<double> solution = Vector<double>.Build.Dense(count);
        var passive = new SortedSet<int>();
        for (int iteration = 0; iteration < 10 * count; iteration++)
        {
            Vector<double> gradient = target - (scaled * solution);
            int entering = Enumerable.Range(0, count)
                .Where(column => !passive.Contains(column) && gradient[column] > tolerance)
                .OrderByDescending(column => gradient[column])
                .FirstOrDefault(-1);
            if (entering < 0)
            {
                return solution.MapIndexed((row, value) => value / scale[row]);
            }

            passive.Add(entering);
            MovePassive(scaled, target, solution, passive);
        }

        throw new InvalidOperationException("Non-negative least squares did not settle.");
    }

    /// <summary>Moves to the least-squares point of the passive coefficients; those that would turn negative leave the set.</summary>
    private static void MovePassive(Matrix<double> gram, Vector<double> target, Vector<double> solution, SortedSet<int> passive)
    {
        while (passive.Count > 0)
        {
            int[] columns = [.. passive];
            Matrix<double> reduced = Matrix<double>.Build.Dense(columns.Length, columns.Length, (row, column) => gram[columns[row], columns[column]]);
            Vector<double> candidate = reduced.Cholesky().Solve(Vector<double>.Build.Dense(columns.Length, row => target[columns[row]]));
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
