using System.Globalization;
using System.Text.RegularExpressions;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.Tests.Conformance;
using TileProof.Tests.Support;
using TileProof.Verification.Conformance;
using TileProof.Verification.Html;
using TileProof.Verification.Options;

namespace TileProof.Tests.Html;

/// <summary>The page of a run: it needs nothing else, every link leads somewhere, and it says what the verdict says.</summary>
public sealed partial class HtmlReportTests
{
    private static readonly Lazy<string> Shared = new(static () => Write(SoundOutcome.Value));

    [Fact]
    public void Page_ProvenRun_SaysSoAndHasEverySection()
    {
        Assert.Contains("Proven: sample</h1>", Shared.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("NOT proven", Shared.Value, StringComparison.Ordinal);
        string[] sections = [.. Section().Matches(Shared.Value).Select(static match => match.Groups["id"].Value)];
        Assert.Equal(["cycles", "banks", "roofline", "timelines", "hazards", "maps", "calls"], sections);
    }

    [Fact]
    public void Page_Links_LeadToPlacesOfThePage()
    {
        string[] places = [.. Place().Matches(Shared.Value).Select(static match => match.Groups["id"].Value)];
        string[] links = [.. Link().Matches(Shared.Value).Select(static match => match.Groups["id"].Value).Distinct()];
        Assert.Equal(places.Length, places.Distinct(StringComparer.Ordinal).Count());
        Assert.True(links.Length > 100);
        Assert.Empty(links.Except(places, StringComparer.Ordinal));
    }

    [Fact]
    public void Page_NeedsNoOtherFile() => Assert.Empty(Elsewhere().Matches(Shared.Value).Select(static match => match.Value));

    /// <summary>A row a call and bank setting, with its cycles, as the bars have them.</summary>
    [Fact]
    public void Page_Rows_AreThoseOfTheRun()
    {
        ConformanceReports reports = SampleReports.Of(SoundOutcome.Value);
        int bars = reports.Cycles[0].Rows.Count(static row => row.MachineMode == "memory-model");
        Assert.Equal(SoundOutcome.Value.Goldens.Count * 3, Regex.Count(Shared.Value, "<tr id=\"call-"));
        Assert.Equal(bars, Regex.Count(Shared.Value, "<tr id=\"bar-"));
        string cycles = reports.Cycles[0].Rows.First(static row => row is { Call: "conv1", Bank: "4096x8192", MachineMode: "memory-model" }).PredictedCycles.ToString("N0", CultureInfo.InvariantCulture);
        Assert.Contains($">{cycles}</td></tr>", Shared.Value, StringComparison.Ordinal);
        Assert.Contains($">{cycles}</a></td>", Shared.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_BankMap_HasEveryBufferOfThePlan()
    {
        string map = Shared.Value[Shared.Value.IndexOf("<figure id=\"map-0-1-4096x8192\"", StringComparison.Ordinal)..];
        map = map[..map.IndexOf("</figure>", StringComparison.Ordinal)];
        Assert.All(["input ping: ", "input pong: ", "coefficients: ", "output ping: ", "output pong: "], label => Assert.Contains($"<title>{label}", map, StringComparison.Ordinal));
        Assert.Contains("DRAM1", map, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_FailedCase_StandsOnTheFirstScreenAndInItsRow()
    {
        Hazard hazard = SoundOutcome.Hazard(HazardRule.ReadBeforeArrival);
        string page = Write(SoundOutcome.Value with { Cases = SoundOutcome.Value.Cases.With(3, one => one with { Hazards = [hazard] }) });
        CaseResult failed = SoundOutcome.Value.Cases[3];
        string row = $"call-0-{failed.Case.Golden.Call.Index}-{failed.Case.Bank}";
        Assert.Contains("NOT proven: sample</h1>", page, StringComparison.Ordinal);
        Assert.Contains($"<li><a href=\"#{row}\">", page, StringComparison.Ordinal);
        Assert.Contains($"<tr id=\"{row}\" class=\"failed\">", page, StringComparison.Ordinal);
        Assert.Contains(">hazard</td>", page, StringComparison.Ordinal);
        Assert.Contains("<details id=\"hazards-0\"><summary><b>read-before-arrival</b>", page, StringComparison.Ordinal);
    }

    /// <summary>Names come from files of anyone.</summary>
    [Fact]
    public void Page_NameWithMarkup_IsShownAsItIs()
    {
        const string name = "<script>alert(1)</script>&\"'";
        ConformanceOutcome outcome = SoundOutcome.Value with { Goldens = [.. SoundOutcome.Value.Goldens.Select(static golden => golden with { Network = name })], Cases = [], EndToEnd = [] };
        string page = Write(outcome);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;</h1>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_OtherCulture_IsTheSame()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
            Assert.Equal(Shared.Value, Write(SoundOutcome.Value));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("compute 7x7j2d1 n0 c0 h1", "computation")]
    [InlineData("DMA channel 1 'input n0 c0 h1' from 'input.int8' bytes 320..9343 in system to 'input pong' bytes 3..2726 in DRAM0", "DMA of input")]
    [InlineData("DMA channel 0 'quantize_per_tensor output chunk 0' from 'output ping' bytes 0..3275 in DRAM0 to 'x' bytes 0..3275 in system", "DMA of quantize_per_tensor output")]
    [InlineData("fill of 'input pong' bytes 0..2729 in DRAM0", "fill of input")]
    [InlineData("channel 1 holds 2 descriptors that were not waited for", "channel N holds N descriptors that were not waited for")]
    [InlineData("reads 'layer1.0.conv2' at byte 65536; the buffer has 65536 bytes", "bytes beside the buffer")]
    [InlineData("DMA channel 1 'quantized_relu input 0' from 'a' bytes 0..1 in system to 'b' bytes 0..1 in DRAM0", "DMA of quantized_relu input")]
    [InlineData("return of the program", "return of the program")]
    public void Hazards_OfOtherTilesAndBuffers_AreOfOneCause(string operation, string kind) => Assert.Equal(kind, HazardGroup.KindOf(operation));

    /// <summary>Without proofs the first screen claims no other landings than those that ran.</summary>
    [Fact]
    public void Page_FewLandingsWithoutProofs_NamesThem()
    {
        ConformanceOutcome few = SoundOutcome.Value with { Options = SoundOutcome.Options with { Landings = [LandingKind.AtIssue] } };
        Assert.Contains("integer golden, whenever transfers land, and", Write(few), StringComparison.Ordinal);
        Assert.Contains("integer golden, with transfers that land at-issue, and", Write(few with { Proofs = [] }), StringComparison.Ordinal);
        ConformanceOutcome usual = SoundOutcome.Value with { Options = SoundOutcome.Options with { Landings = VerifyOptions.DefaultLandings } };
        Assert.Contains("integer golden, whenever transfers land, and", Write(usual with { Proofs = [] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Page_OneCase_IsCountedInTheSingular()
    {
        ConformanceOutcome one = SoundOutcome.Run(SoundOutcome.Options with { Layers = ["1"], Banks = [SoundOutcome.Options.Banks[0]], Landings = [LandingKind.AtWait] });
        Assert.Contains("<li><b>1</b>call</li><li><b>1</b>bank setting</li><li><b>1</b>case</li>", Write(one), StringComparison.Ordinal);
    }

    private static string Write(ConformanceOutcome outcome) => HtmlReport.Write(SampleReports.Of(outcome), CancellationToken.None);

    [GeneratedRegex("<section id=\"(?<id>[^\"]*)\"")]
    private static partial Regex Section();

    [GeneratedRegex(" id=\"(?<id>[^\"]*)\"")]
    private static partial Regex Place();

    [GeneratedRegex("href=\"#(?<id>[^\"]*)\"")]
    private static partial Regex Link();

    /// <summary>The names of namespaces are addresses too, and nobody fetches them.</summary>
    [GeneratedRegex("(src|href|xlink:href|action)=\"(?!#|data:,)[^\"]*\"|url\\((?!#)[^)]*\\)|@import|fetch\\(|XMLHttpRequest")]
    private static partial Regex Elsewhere();
}
