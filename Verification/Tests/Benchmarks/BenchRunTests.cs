using TileProof.Verification;
using TileProof.Verification.Benchmarks;

namespace TileProof.Tests.Benchmarks;

public sealed class BenchRunTests
{
    [Fact]
    public void Execute_OneSmallNetwork_PrintsEveryTable()
    {
        using var output = new StringWriter();
        var options = new BenchOptions { Networks = [("resnet18", 32)], ScalingExtents = [32], TimePerNetwork = TimeSpan.Zero, WithMatrix = false };

        Assert.Equal(ExitCode.Proven, BenchRun.Execute(options, new Silent(), output, CancellationToken.None));

        string text = output.ToString();
        Assert.Contains("| resnet18 32x32 | 3", text, StringComparison.Ordinal);
        Assert.Contains("| 3x3j1d1_dma | 13 |", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Median_OddAndEvenCounts_IsTheMiddleOrTheLowerOfTwo()
    {
        var samples = new Samples();
        Assert.Throws<InvalidOperationException>(() => samples.Median);
        samples.Add(TimeSpan.FromSeconds(9));
        samples.Add(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), samples.Median);
        samples.Add(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(5), samples.Median);
        Assert.Equal(TimeSpan.FromSeconds(1), samples.Least);
        Assert.Equal(3, samples.Count);
    }

    private sealed class Silent : IProgressReporter, IProgressActivity
    {
        public void Say(string message)
        {
        }

        public IProgressActivity Begin(string title, int stepCount) => this;

        public void Advance()
        {
        }

        public void Dispose()
        {
        }
    }
}
