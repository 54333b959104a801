using System.Text.Json;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Conformance;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Differences;

namespace TileProof.Tests.Differences;

/// <summary>Two runs that differ in one thing differ in exactly that, and a run does not differ from itself.</summary>
public sealed class RunDifferencesTests : IDisposable
{
    private static readonly ConformanceOutcome Value = SoundOutcome.Value;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Between_ARunAndItself_Nothing()
    {
        RunDifferences differences = Between(SampleReports.Of(Value), SampleReports.Of(Value));
        Assert.True(differences.IsEmpty);
        Assert.Empty(differences.Notes);
        Assert.Empty(new DifferenceLimits { IsExact = true, MaximumCycleGrowthPercent = 0, MaximumAccuracyDrop = 0 }.Judge(differences));
        Assert.Equal("no differences\n", DifferenceReport.Write(differences, [], DifferenceFormat.Text));
    }

    /// <summary>Another runtime or host is a note, and no difference.</summary>
    [Fact]
    public void Between_OtherVersionsAndEngines_OnlyANote()
    {
        RunDifferences differences = Between(SampleReports.Of(Value), SampleReports.Of(Value) with { Versions = "others", Engines = "others" });
        Assert.True(differences.IsEmpty);
        Assert.Equal(["versions: versions -> others"], differences.Notes);
    }

    /// <summary>A weight byte of a convolution changes the bytes of that call and of those behind it, and nothing else.</summary>
    [Fact]
    public void Between_OneWeightByte_OnlyOutputsFromThatCallOn()
    {
        Network changed = WithWeight("block.conv1", 5, 17);
        RunDifferences differences = Between(SampleReports.Of(Value), SampleReports.Of(SoundOutcome.Run(SoundOutcome.Options, changed), changed));
        Assert.NotEmpty(differences.All);
        Assert.All(differences.All, static difference => Assert.Equal(DifferenceKind.Output, difference.Kind));
        Assert.All(differences.All, static difference => Assert.False(difference.IsWorse));
        Assert.Empty(differences.Calls);
        int first = changed.Calls.First(static call => call.Name == "block.conv1").Index;
        string[] places = [.. differences.All.Select(static difference => difference.Place)];
        Assert.Contains($"sample {first} block.conv1", places);
        Assert.Contains("sample end to end", places);
        Assert.DoesNotContain(places, place => changed.Calls.Take(first).Any(call => place == $"sample {call.Index} {call.Name}"));
        Assert.Equal(3, differences.All.Single(difference => difference.Place == $"sample {first} block.conv1").Banks.Count);
        Assert.Empty(new DifferenceLimits().Judge(differences));
        Assert.Equal(["the runs differ"], new DifferenceLimits { IsExact = true }.Judge(differences));
    }

    [Fact]
    public void Between_OneCoefficient_OnlyCycles()
    {
        CostCoefficients dearer = CostCoefficients.Calibrated.With(MachineMode.MemoryModel, MemoryTerm.DmaByte, 1.01 * CostCoefficients.Calibrated[MachineMode.MemoryModel, MemoryTerm.DmaByte]);
        RunDifferences differences = Between(SampleReports.Of(Value), SampleReports.Of(Value, coefficients: dearer));
        Assert.Empty(differences.All);
        Assert.NotEmpty(differences.Calls);
        Assert.All(differences.Calls, static cycles => Assert.Equal("memory-model", cycles.Mode));
        Assert.All(differences.Calls, static cycles => Assert.NotEqual("cache", cycles.Bank));
        CycleDifference network = differences.Networks.MaxBy(static cycles => cycles.GrowthPercent)!;
        Assert.Equal("sample", network.Place);
        Assert.Equal(network.Growth, differences.Calls.Where(cycles => cycles.Bank == network.Bank).Sum(static cycles => cycles.Growth));
        Assert.Empty(new DifferenceLimits { MaximumCycleGrowthPercent = network.GrowthPercent }.Judge(differences));
        Assert.Single(new DifferenceLimits { MaximumCycleGrowthPercent = network.GrowthPercent - 0.0001 }.Judge(differences));
    }

    [Fact]
    public void Between_OnePlan_OnlyThatPlan()
    {
        CaseResult[] cases = [.. Value.Cases.Select(static result => result.Case is { Golden.Call.Name: "conv1", Bank.Label: "16384x2048" } ? result with { Execution = result.Execution! with { Tiling = "n8 x 1" } } : result)];
        RunDifferences differences = Between(SampleReports.Of(Value), SampleReports.Of(Value with { Cases = cases }));
        Difference difference = Assert.Single(differences.All);
        Assert.Equal((DifferenceKind.Plan, "sample 1 conv1", "plan", "n8 x 1", false), (difference.Kind, difference.Place, difference.What, difference.New, difference.IsWorse));
        Assert.Equal(["16384x2048"], difference.Banks);
        Assert.Empty(differences.Calls);
    }

    [Fact]
    public void Between_OneHazard_ThatHazardAndWhatItLeavesUnproven()
    {
        ConformanceOutcome broken = Value with { Cases = Value.Cases.With(4, static one => one with { Hazards = [SoundOutcome.Hazard(HazardRule.NeverWritten)] }) };
        CaseResult failed = Value.Cases[4];
        RunDifferences differences = Between(SampleReports.Of(Value), SampleReports.Of(broken));
        Assert.Equal([(DifferenceKind.Proven, "hazard"), (DifferenceKind.Hazard, "1 kind, first: the computation; the transfer")], differences.All.Select(static difference => (difference.Kind, difference.New)));
        Assert.All(differences.All, difference => Assert.Equal([failed.Case.Bank.Label], difference.Banks));
        Assert.All(differences.All, static difference => Assert.True(difference.IsWorse));
        IReadOnlyDictionary<string, string> row = Assert.Single(CsvTable.Read(folder["new", "calls.csv"]), static row => row["result"] != "proven");
        Assert.Equal(("hazard", "1", "0", "2"), (row["result"], row["hazards"], row["mismatches"], row["cases"]));
        Assert.StartsWith("2 differences for the worse", Assert.Single(new DifferenceLimits().Judge(differences)), StringComparison.Ordinal);

        RunDifferences mended = Between(SampleReports.Of(broken), SampleReports.Of(Value));
        Assert.Equal(2, mended.All.Count);
        Assert.Empty(new DifferenceLimits().Judge(mended));
    }

    /// <summary>A run that leaves out a bank setting or a network end to end does not pass for as good.</summary>
    [Fact]
    public void Between_LessRan_IsWorse()
    {
        ConformanceOutcome narrow = Value with { Cases = [.. Value.Cases.Where(static result => !result.Case.Bank.CacheOnly)], EndToEnd = [.. Value.EndToEnd.Skip(1)] };
        RunDifferences differences = Between(SampleReports.Of(Value), SampleReports.Of(narrow));
        Assert.Equal([DifferenceKind.Coverage, DifferenceKind.Coverage], differences.All.Select(static difference => difference.Kind));
        Assert.All(differences.All, static difference => Assert.Equal(("not run", true), (difference.New, difference.IsWorse)));
        Assert.Single(new DifferenceLimits().Judge(differences));
    }

    [Fact]
    public void Between_GoldensProofsAndClauses_AreSeen()
    {
        ConformanceOutcome broken = Value with
        {
            Goldens = Value.Goldens.With(2, static golden => golden with { Overflows = [new(0, 3, 0)] }),
            Proofs = Value.Proofs.With(0, static proof => proof with { Movement = null }),
        };
        RunDifferences differences = Between(SampleReports.Of(Value), SampleReports.Of(broken));
        Assert.Equal(
            [("moves the right elements for", "every input", "examples"), ("accumulators that may wrap", "0", "3")],
            differences.All.Select(static difference => (difference.What, difference.Old, difference.New)));
        Assert.All(differences.All, static difference => Assert.True(difference.IsWorse));
    }

    [Fact]
    public void Accuracy_Falls_IsADropInDecibelsAndPoints()
    {
        WriteAccuracy("old", "21.25", "0.75");
        WriteAccuracy("new", "20.5", "0.625");
        var differences = RunDifferences.Between(RecordedRun.Read(folder["old"]), RecordedRun.Read(folder["new"]));
        Assert.Equal([0.75, 12.5, 0], differences.All.Select(static difference => difference.Drop));
        Assert.All(differences.All, static difference => Assert.Equal((DifferenceKind.Accuracy, "sample dsp-l1-norm"), (difference.Kind, difference.Place)));
        Assert.Contains("worst in conv1", differences.All[2].What, StringComparison.Ordinal);
        Assert.Empty(new DifferenceLimits { MaximumAccuracyDrop = 12.5 }.Judge(differences));
        Assert.Equal(["top-1 as the float network, % of sample dsp-l1-norm fell by 12.5; allowed are 12.4"], new DifferenceLimits { MaximumAccuracyDrop = 12.4 }.Judge(differences));
        Assert.Empty(new DifferenceLimits { MaximumAccuracyDrop = 0 }.Judge(RunDifferences.Between(RecordedRun.Read(folder["new"]), RecordedRun.Read(folder["old"]))));
    }

    [Fact]
    public void Formats_HoldTheSameDifference()
    {
        ConformanceOutcome broken = Value with { Cases = Value.Cases.With(4, static one => one with { Hazards = [SoundOutcome.Hazard(HazardRule.NeverWritten)] }) };
        RunDifferences differences = Between(SampleReports.Of(Value), SampleReports.Of(broken));
        IReadOnlyList<string> failures = new DifferenceLimits().Judge(differences);
        string place = differences.All[0].Place;
        Assert.Contains($"No longer proven (1)\n  place", DifferenceReport.Write(differences, failures, DifferenceFormat.Text), StringComparison.Ordinal);
        string markdown = DifferenceReport.Write(differences, failures, DifferenceFormat.Markdown);
        Assert.StartsWith("### TileProof: FAILS: differences 1 of what is proven, 1 of hazards\n", markdown, StringComparison.Ordinal);
        Assert.Contains($"| {place} |", markdown, StringComparison.Ordinal);
        Assert.Contains("| never-written (layer) | none | 1 kind,", markdown, StringComparison.Ordinal);
        Assert.Contains($"<td>{place}</td>", DifferenceReport.Write(differences, failures, DifferenceFormat.Html), StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(DifferenceReport.Write(differences, failures, DifferenceFormat.Json));
        Assert.True(json.RootElement.GetProperty("fails").GetBoolean());
        Assert.Equal(2, json.RootElement.GetProperty("differences").GetArrayLength());
        Assert.Equal(place, json.RootElement.GetProperty("differences")[0].GetProperty("place").GetString());
    }

    [Theory]
    [InlineData("run.json", null, "has no run.json")]
    [InlineData("run.json", "[1", "cannot be read")]
    [InlineData("calls.csv", "network,call\n", "has no column 'call_index'")]
    [InlineData("calls.csv", "", "is empty")]
    [InlineData("end_to_end.csv", null, "has no end_to_end.csv")]
    public void Read_NoReportFolder_OneLine(string file, string? content, string expected)
    {
        SampleReports.Write(SampleReports.Of(Value), folder["run"]);
        File.Delete(folder["run", file]);
        if (content is not null)
        {
            File.WriteAllText(folder["run", file], content);
        }

        string message = Assert.Throws<UserInputException>(() => RecordedRun.Read(folder["run"])).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.Throws<UserInputException>(() => RecordedRun.Read(folder["nowhere"]));
    }

    [Theory]
    [InlineData("+1%", 1)]
    [InlineData("0.25%", 0.25)]
    [InlineData("0%", 0)]
    public void ParseGrowth_Percentages(string text, double percent) => Assert.Equal(percent, DifferenceLimits.ParseGrowth(text));

    [Theory]
    [InlineData("1")]
    [InlineData("-1%")]
    [InlineData("%")]
    [InlineData("1,5%")]
    [InlineData("NaN%")]
    public void ParseGrowth_OtherText_Refused(string text) => Assert.Throws<UserInputException>(() => DifferenceLimits.ParseGrowth(text));

    private RunDifferences Between(ConformanceReports oldReports, ConformanceReports newReports)
    {
        SampleReports.Write(oldReports, folder["old"]);
        SampleReports.Write(newReports, folder["new"]);
        return RunDifferences.Between(RecordedRun.Read(folder["old"]), RecordedRun.Read(folder["new"]));
    }

    private void WriteAccuracy(string name, string decibels, string topOne)
    {
        SampleReports.Write(SampleReports.Of(Value), folder[name]);
        File.WriteAllText(
            folder[name, "accuracy.csv"],
            $"network,variant,call_index,call,sqnr_decibels,top1_with_float\nsample,dsp-l1-norm,1,conv1,{decibels},\nsample,dsp-l1-norm,-1,(network),{decibels},{topOne}\n");
    }

    private static Network WithWeight(string name, int index, sbyte value)
    {
        Network network = SampleNetwork.Create();
        return new Network(network.Name, network.Input, [.. network.Calls.Select(call => call.Name == name && call is Conv2dCall convolution ? convolution with { Weights = Changed(convolution.Weights) } : call)]);

        sbyte[] Changed(IEnumerable<sbyte> weights) => [.. weights.Select((weight, position) => position == index ? value : weight)];
    }
}
