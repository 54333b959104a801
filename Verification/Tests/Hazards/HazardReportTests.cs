using TileProof.HwModel.Programs;
using TileProof.Tests.Support;
using TileProof.Verification.Files;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;

namespace TileProof.Tests.Hazards;

public sealed class HazardReportTests
{
    private static readonly IReadOnlyList<FoundHazard> Found = HazardSweep.Execute(
        [ResNetLayerShapes.ResNet18[10]], [BankSetting.OfEqualBanks(62976)], ProgramLibrary.PublishedOld);

    [Fact]
    public void WriteSummary_ExplainsTheFirstOfEachRuleWithItsTimeline()
    {
        string text = HazardReport.WriteSummary(Found);

        Assert.Contains("### First outside-buffer", text, StringComparison.Ordinal);
        Assert.Contains("> DMA channel 1 'input n0 c1 h0'", text, StringComparison.Ordinal);
        Assert.Contains("bytes 8193..8194 in DRAM", text, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteSummary_NoHazards_SaysNone() => Assert.Contains("None.", HazardReport.WriteSummary([]), StringComparison.Ordinal);

    [Fact]
    public void WriteCsv_OneRowPerKind()
    {
        using var folder = new TemporaryFolder();
        string path = folder["hazards.csv"];

        CsvReport.Write(path, Found.Select(HazardRow.Of));

        string[] lines = File.ReadAllLines(path);
        Assert.Equal(Found.Count + 1, lines.Length);
        Assert.StartsWith("network,call,config_key,bank,programs,rule,severity,occurrences,tile,memory,buffer,first_byte,last_byte,operation,collides_with", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, static line => line.Contains("published-old,outside-buffer,violation", StringComparison.Ordinal));
    }
}
