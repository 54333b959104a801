using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Tests.Conformance;
using TileProof.Verification.Conformance;
using TileProof.Verification.Cycles;
using TileProof.Verification.Files;
using TileProof.Verification.Html;
using TileProof.Verification.TimingCalibration;

namespace TileProof.Tests.Support;

/// <summary>Reports of runs of the sample network.</summary>
internal static class SampleReports
{
    /// <summary>What a run of a network reports, with cycles of given costs.</summary>
    public static ConformanceReports Of(ConformanceOutcome outcome, Network? network = null, CostCoefficients? coefficients = null) => new()
    {
        Outcome = outcome,
        Versions = "versions",
        Settings = "settings",
        Engines = "engines",
        Cycles =
        [
            NetworkCycles.Predict(
                network ?? SampleNetwork.Create(), SoundOutcome.Options.Banks, new CycleReport(coefficients ?? CostCoefficients.Calibrated, PublishedCycles.OfThisBuild), CancellationToken.None),
        ],
    };

    /// <summary>Writes all reports of a run into a folder.</summary>
    public static void Write(ConformanceReports reports, string folder)
    {
        var target = ReportFolder.Open(folder);
        reports.Publish(target, TextWriter.Null, CancellationToken.None);
        target.WriteText(HtmlReport.FileName, HtmlReport.Write(reports, CancellationToken.None));
    }
}
