using TileProof.Cli;
using TileProof.Tests.Support;
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

        Assert.Equal(ExitCode.Proven, BenchRun.Execute(options, new RecordedProgress(), output, CancellationToken.None));

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

    [Fact]
    public void WholeRuns_SmallNetwork_AreProvenAndPrinted()
    {
        string[] command =
        [
            "dotnet", typeof(CommandLineApplication).Assembly.Location, "verify", "--networks", "resnet18", "--input", "16", "--banks", "16k", "--images", "0", "--gpu", "host",
        ];

        WholeRunBench runs = WholeRunBench.Measure(command, CancellationToken.None);

        Assert.True(runs.IsProven);
        Assert.Equal(3, runs.FullCache.Count);
        Assert.EndsWith("| proven |\n", BenchTable.WholeRuns(runs), StringComparison.Ordinal);
        Assert.False(WholeRunBench.Measure([.. command[..2], "verify", "--networks", "none"], CancellationToken.None).IsProven);
    }
}
