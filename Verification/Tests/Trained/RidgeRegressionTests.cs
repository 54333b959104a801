using TileProof.Golden.Trained;

namespace TileProof.Tests.Trained;

public sealed class RidgeRegressionTests
{
    // Feature -1, 0, 1 for classes 0, 0, 1: X'X = 2, X'y1 = 1, the mean of y1 1/3; so w1 = 1 / (2 + 2) and b1 = 1/3.
    [Fact]
    public void Fit_OneFeature_IsTheClosedForm()
    {
        LinearHead head = RidgeRegression.Fit([[-1f], [0f], [1f]], [0, 0, 1], classCount: 2, penalty: 2);
        Assert.Equal([-0.25f, 0.25f], head.Weights);
        Assert.Equal([2f / 3, 1f / 3], head.Bias);
    }

    // A shift of a feature is taken up by the bias, which carries no penalty.
    [Fact]
    public void Fit_ShiftedFeatures_HasTheSameWeights()
    {
        float[][] features = [[1f, 2f], [0f, -1f], [3f, 1f], [-2f, 0.5f], [1f, 1f]];
        int[] labels = [0, 1, 2, 1, 0];
        LinearHead head = RidgeRegression.Fit(features, labels, 3, 0.5);
        LinearHead shifted = RidgeRegression.Fit([.. features.Select(static row => new[] { row[0] + 10f, row[1] - 4f })], labels, 3, 0.5);
        Assert.All(head.Weights.Zip(shifted.Weights), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.All(Enumerable.Range(0, 3), label => Assert.Equal(head.Bias[label] - (10f * head.Weights[2 * label]) + (4f * head.Weights[(2 * label) + 1]), shifted.Bias[label], 1e-4f));
    }

    [Fact]
    public void Fit_WhatCannotBeFitted_IsRefused()
    {
        Assert.Throws<ArgumentException>(static () => RidgeRegression.Fit([], [], 2, 1));
        Assert.Throws<ArgumentException>(static () => RidgeRegression.Fit([[1f]], [2], 2, 1));
        Assert.Throws<ArgumentException>(static () => RidgeRegression.Fit([[1f], [2f]], [1], 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(static () => RidgeRegression.Fit([[1f]], [0], 2, 0));
    }
}
