using System.Text.Json;
using TileProof.HwModel.Device;
using TileProof.Tests.Support;
using TileProof.Verification.Device;

namespace TileProof.Tests.Device;

/// <summary>The report keeps the rules of the published standard (OASIS SARIF 2.1.0): no package has its schema, so <see cref="SarifRules"/> states them.</summary>
public sealed class SarifReportTests
{
    [Fact]
    public void Findings_KeepTheRulesOfTheStandard_AndNameTheirLines()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["code of mine"]);
        string header = folder["code of mine/dma.h"], source = folder["code of mine/conv.c"];
        File.WriteAllText(header, string.Join('\n', Enumerable.Range(1, 20).Select(static line => $"line{line}(")));
        File.WriteAllText(source, string.Join('\n', Enumerable.Range(1, 130).Select(static line => $"    statement{line}();")));
        var origin = new SourceOrigin([new SourceFrame(header, 12, "load"), new SourceFrame(source, 120, "run")]);
        var issue = new SourceOrigin([new SourceFrame(source, 90, "run")]);
        string text = SarifReport.Write(
        [
            new DeviceFinding { Rule = "read-before-arrival", Message = "'input' bytes 0..3", Origin = origin, OtherOrigin = issue, OtherChannel = 1, FirstCase = "conv1 at banks 16k", Mend = "wait" },
            new DeviceFinding { Rule = "fault", Message = "called abort", FirstCase = "conv1 at banks 16k" },
            new DeviceFinding { Rule = "in-flight-at-return", Message = "'output'", Origin = issue, WaitOrigin = origin, OtherChannel = 0, FirstCase = "conv1" },
        ]);
        using JsonDocument document = JsonDocument.Parse(text);
        Assert.Empty(SarifRules.Broken(document.RootElement));

        JsonElement run = Assert.Single(document.RootElement.GetProperty("runs").EnumerateArray());
        Assert.Equal("TileProof", run.GetProperty("tool").GetProperty("driver").GetProperty("name").GetString());
        JsonElement[] results = [.. run.GetProperty("results").EnumerateArray()];
        JsonElement place = results[0].GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.EndsWith("/code%20of%20mine/dma.h", place.GetProperty("artifactLocation").GetProperty("uri").GetString(), StringComparison.Ordinal);
        Assert.Equal(12, place.GetProperty("region").GetProperty("startLine").GetInt32());
        Assert.Equal([90, 120], results[0].GetProperty("relatedLocations").EnumerateArray().Select(LineOf));
        Assert.Equal([90, 120, 12], results[0].GetProperty("codeFlows")[0].GetProperty("threadFlows")[0].GetProperty("locations").EnumerateArray().Select(static step => LineOf(step.GetProperty("location"))));
        Assert.Empty(results[1].GetProperty("locations").EnumerateArray());
        Assert.Equal([12], results[2].GetProperty("relatedLocations").EnumerateArray().Select(LineOf));

        // Line 12 of the header is in the middle of an expression: the wait stands in its caller.
        JsonElement change = Assert.Single(results[0].GetProperty("fixes")[0].GetProperty("artifactChanges").EnumerateArray());
        Assert.EndsWith("conv.c", change.GetProperty("artifactLocation").GetProperty("uri").GetString(), StringComparison.Ordinal);
        Assert.Equal(120, change.GetProperty("replacements")[0].GetProperty("deletedRegion").GetProperty("startLine").GetInt32());
        Assert.Equal("    idma_hw_wait_all(1);\n", change.GetProperty("replacements")[0].GetProperty("insertedContent").GetProperty("text").GetString());
        Assert.False(results[2].TryGetProperty("fixes", out _));
    }

    /// <summary>The rules themselves find what is wrong.</summary>
    [Theory]
    [InlineData("""{ "version": "2.1.0" }""", "$: runs is missing")]
    [InlineData("""{ "version": "2.0.0", "runs": [] }""", "$.version: '2.0.0' is not among 2.1.0")]
    [InlineData("""{ "version": "2.1.0", "runs": [ { "tool": { "driver": {} } } ] }""", "$.runs[0].tool.driver: name is missing")]
    [InlineData("""{ "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "x" } }, "results": [ { "ruleId": "r" } ] } ] }""", "$.runs[0].results[0]: message is missing")]
    [InlineData("""{ "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "x" } }, "results": [ { "message": { "text": "t" }, "level": "bad" } ] } ] }""", "$.runs[0].results[0].level: 'bad' is not among none, note, warning, error")]
    [InlineData("""{ "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "x" } }, "results": [ { "message": { "text": "t" }, "locations": [ { "physicalLocation": { "region": { "startLine": 0 } } } ] } ] } ] }""", "$.runs[0].results[0].locations[0].physicalLocation.region.startLine: 0 is below 1")]
    [InlineData("""{ "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "x" } }, "results": [ { "message": { "text": "t" }, "line": 3 } ] } ] }""", "$.runs[0].results[0]: line is not a property of result")]
    [InlineData("""{ "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "x" } }, "results": [ { "message": { "text": "t" }, "ruleIndex": 0 } ] } ] }""", "$.runs[0].results[0].ruleIndex: there is no rule 0")]
    public void BrokenRule_IsTold(string json, string expected)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Contains(expected, SarifRules.Broken(document.RootElement));
    }

    private static int LineOf(JsonElement location) => location.GetProperty("physicalLocation").GetProperty("region").GetProperty("startLine").GetInt32();
}
