using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Accuracy;
using TileProof.Verification.Options;

namespace TileProof.Tests.Accuracy;

/// <summary>Which images an accuracy report takes, and what it says of them.</summary>
public sealed class AccuracyRunTests
{
    private static readonly VerifyOptions Options = new() { InputHeight = 17, InputWidth = 15, Batch = 2 };

    /// <summary>Images come in whole batches: three asked for are the four of two batches, the same as four asked for.</summary>
    [Fact]
    public void Run_CountIsNoMultipleOfTheBatch_TakesWholeBatches()
    {
        var source = NetworkSource.Load("resnet18", Options);
        var progress = new RecordedProgress();

        NetworkAccuracy three = AccuracyRun.Run(source, 3, progress, CancellationToken.None);

        Assert.Equal("resnet18", three.Network);
        Assert.Equal(4, three.ImageCount);
        Assert.All(three.Rows, static row => Assert.Equal(4, row.Images));
        Assert.Equal("resnet18: accuracy over 4 images", Assert.Single(progress.Begun));
        Assert.Equal(2, progress.Advanced);
        Assert.Equal(["dsp-l1-norm", "dsp-worst-case", "generic", "onnxruntime-int8"], three.Rows.Select(static row => row.Variant).Distinct().Order(StringComparer.Ordinal));

        // The own noise of a call is that of the first batch, and a second batch of other images changes the other figures.
        NetworkAccuracy two = AccuracyRun.Run(source, 2, progress, CancellationToken.None);
        Assert.Equal(2, two.ImageCount);
        Assert.Equal(two.Rows.Select(static row => row.OwnSqnrDecibels), three.Rows.Select(static row => row.OwnSqnrDecibels));
        Assert.NotEqual(two.Rows.Select(static row => row.SqnrDecibels), three.Rows.Select(static row => row.SqnrDecibels));
        Assert.Contains("| resnet18 | dsp-l1-norm | 2 |", NetworkAccuracy.Describe([two]), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NoImage_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(
        static () => AccuracyRun.Run(NetworkSource.Load("resnet18", Options), 0, new RecordedProgress(), CancellationToken.None));
}
