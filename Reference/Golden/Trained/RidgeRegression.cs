using MathNet.Numerics.LinearAlgebra;

namespace TileProof.Golden.Trained;

/// <summary>Finds a classifier for given features in closed form.</summary>
/// <remarks>
/// Hoerl and Kennard, "Ridge Regression: Biased Estimation for Nonorthogonal Problems" (1970), on targets of 1 for the class of an image and 0 for the others:
/// W = (X'X + penalty I)^-1 X'Y with X and Y less their means, and a bias that is not penalized. Nothing is random and nothing iterates.
/// </remarks>
public static class RidgeRegression
{
    /// <summary>Fits a classifier.</summary>
    /// <param name="features">One row of K features an image.</param>
    /// <param name="labels">The class of every image, from 0.</param>
    /// <param name="classCount">The classes.</param>
    /// <param name="penalty">What is added to the diagonal, above 0.</param>
    /// <exception cref="ArgumentException">There are no images, not as many labels, or a label is no class.</exception>
    public static LinearHead Fit(IReadOnlyList<float[]> features, IReadOnlyList<int> labels, int classCount, double penalty)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(penalty);
        if (features.Count == 0 || features.Count != labels.Count || labels.Any(label => label < 0 || label >= classCount))
        {
            throw new ArgumentException($"{features.Count} images with {labels.Count} labels of {classCount} classes cannot be fitted.", nameof(labels));
        }

        int featureCount = features[0].Length;
        double[] means = [.. Enumerable.Range(0, featureCount).Select(feature => features.Average(row => (double)row[feature]))];
        double[] shares = [.. Enumerable.Range(0, classCount).Select(label => (double)labels.Count(given => given == label) / labels.Count)];
        Matrix<double> centred = Matrix<double>.Build.Dense(features.Count, featureCount, (image, feature) => features[image][feature] - means[feature]);
        Matrix<double> targets = Matrix<double>.Build.Dense(features.Count, classCount, (image, label) => (labels[image] == label ? 1 : 0) - shares[label]);
        Matrix<double> system = centred.TransposeThisAndMultiply(centred) + (penalty * Matrix<double>.Build.DenseIdentity(featureCount));
        Matrix<double> solution = system.Cholesky().Solve(centred.TransposeThisAndMultiply(targets));
        var weights = new float[classCount * featureCount];
        var bias = new float[classCount];
        for (int label = 0; label < classCount; label++)
        {
            double offset = shares[label];
            for (int feature = 0; feature < featureCount; feature++)
            {
                weights[(label * featureCount) + feature] = (float)solution[feature, label];
                offset -= solution[feature, label] * means[feature];
            }

            bias[label] = (float)offset;
        }

        return new LinearHead(featureCount, weights, bias);
    }
}
