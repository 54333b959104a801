using System.Text.Json;
using TileProof.HwModel.Device;
using TileProof.Verification.Device;

namespace TileProof.Tests.Device;

public sealed class SarifReportTests
{
    [Fact]
    public void Findings_HaveWhatTheFormatAsksFor()
    {
        var origin = new SourceOrigin([new SourceFrame("/code of mine/dma.h", 12, "load"), new SourceFrame("/code of mine/conv.c", 120, "run")]);
        string text = SarifReport.Write(
        [
            new DeviceFinding { Rule = "read-before-arrival", Message = "'input' bytes 0..3", Origin = origin, OtherOrigin = origin, OtherChannel = 1, FirstCase = "conv1 at banks 16k", Mend = "wait" },
            new DeviceFinding { Rule = "fault", Message = "called abort", FirstCase = "conv1 at banks 16k" },
        ]);
        using JsonDocument document = JsonDocument.Parse(text);
        Assert.Equal("2.1.0", document.RootElement.GetProperty("version").GetString());
        JsonElement run = Assert.Single(document.RootElement.GetProperty("runs").EnumerateArray());
        JsonElement driver = run.GetProperty("tool").GetProperty("driver");
        Assert.Equal("TileProof", driver.GetProperty("name").GetString());
        string[] rules = [.. driver.GetProperty("rules").EnumerateArray().Select(static rule => rule.GetProperty("id").GetString()!)];
        JsonElement[] results = [.. run.GetProperty("results").EnumerateArray()];
        Assert.All(results, result => Assert.Contains(result.GetProperty("ruleId").GetString()!, rules));
        Assert.All(results, static result => Assert.Equal("error", result.GetProperty("level").GetString()));
        JsonElement place = results[0].GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal("file:///code%20of%20mine/dma.h", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal(12, place.GetProperty("region").GetProperty("startLine").GetInt32());
        Assert.Equal(2, results[0].GetProperty("relatedLocations").GetArrayLength());
        Assert.Empty(results[1].GetProperty("locations").EnumerateArray());
    }
}
