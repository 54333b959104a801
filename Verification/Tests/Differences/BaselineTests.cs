using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Differences;
using TileProof.Verification.Options;

namespace TileProof.Tests.Differences;

/// <summary>The default run says what the baseline says. Where it is meant to differ, the changelog says so and the new reports take its place (reports/README.md).</summary>
public sealed class BaselineTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void DefaultRun_DiffersInNothing()
    {
        SlowTests.SkipUnlessAsked();
        ConformanceRun.Execute(new VerifyOptions { OutputFolder = folder["reports"] }, new RecordedProgress(), TextWriter.Null, CancellationToken.None);
        var differences = RunDifferences.Between(RecordedRun.Read(Path.Combine(RepositoryPaths.RepositoryRoot, "reports", "baseline")), RecordedRun.Read(folder["reports"]));
        Assert.Equal("no differences", DifferenceReport.Write(differences, [], DifferenceFormat.Text).Split('\n')[0]);
        Assert.InRange(new FileInfo(folder["reports", "report.html"]).Length, 1_000_000, 5_000_000);
    }
}
