using TileProof.Golden.Networks;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification.Classification;

namespace TileProof.Tests.Classification;

/// <summary>A layer whose output has far too few levels is found, wherever it stands, and keeping it in float mends the network.</summary>
public sealed class GuiltyLayersTests
{
    [Theory]
    [InlineData("conv1", "conv1")]
    [InlineData("block.relu", "block.relu")]
    [InlineData("fc", "fc")]
    public void Find_SpoiltLayer_RanksFirstAndIsKeptInFloat(string spoilt, string guilty)
    {
        Quantized form = SmallClassifier.Create(spoilt);
        (Tensor, int[])[] images = Images(form, count: 12);
        var progress = new RecordedProgress();
        LayerAccuracies found = GuiltyLayers.Find(form, ParameterDerivation.L1Norm, images, images.Length, wantedLossPoints: 0, progress, CancellationToken.None);

        Assert.Equal(guilty, found.Rows[0].Layer);
        Assert.Equal(Enumerable.Range(1, 5), found.Rows.Select(static row => row.Rank));
        Assert.Equal(SmallClassifier.Layers.Order(StringComparer.Ordinal), found.Rows.Select(static row => row.Layer).Order(StringComparer.Ordinal));
        Assert.Equal(found.Rows.OrderByDescending(static row => row.NoiseWhenOnlyInt8).Select(static row => row.Layer), found.Rows.Select(static row => row.Layer));
        Assert.Equal(12, found.FloatTop1);
        Assert.InRange(found.Rows[0].NoiseRemovedShare, 0.5, 1);
        Assert.All(found.Rows.Skip(1), row => Assert.True(row.NoiseRemovedShare < found.Rows[0].NoiseRemovedShare));
        if (found.Int8Top1 < 12)
        {
            Assert.Equal(guilty, found.Steps[0].Layer);
            Assert.True(found.Steps[0].Top1 > found.Int8Top1);
        }
    }

    // One at least of the three loses images, so that the list of layers to keep is not untested.
    [Fact]
    public void Find_SpoiltFirstLayer_LosesImages()
    {
        Quantized form = SmallClassifier.Create("conv1");
        (Tensor, int[])[] images = Images(form, count: 12);
        LayerAccuracies found = GuiltyLayers.Find(form, ParameterDerivation.L1Norm, images, images.Length, wantedLossPoints: 0, new RecordedProgress(), CancellationToken.None);
        Assert.NotEmpty(found.Steps);
        Assert.Contains("keep in float: conv1", ClassificationReport.DescribeKept(found), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_LossThatIsWanted_KeepsNothing()
    {
        Quantized form = SmallClassifier.Create("conv1");
        (Tensor, int[])[] images = Images(form, count: 4);
        LayerAccuracies found = GuiltyLayers.Find(form, ParameterDerivation.L1Norm, images, images.Length, wantedLossPoints: 100, new RecordedProgress(), CancellationToken.None);
        Assert.Empty(found.Steps);
        Assert.True(found.IsReached);
        Assert.Equal(4, found.Rows[0].Images);
    }

    /// <summary>Images whose class is what the float network says.</summary>
    private static (Tensor Images, int[] Labels)[] Images(Quantized form, int count)
    {
        using var classifier = Classifier.OfFloat(form);
        return [.. Enumerable.Range(0, count).Select(SmallClassifier.Image).Select(image => (image, (int[])[TopClasses.Of(classifier.LogitsOf(image), 0, 1)[0]]))];
    }
}
