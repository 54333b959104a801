using System.Text.Json;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Cycles;
using TileProof.Verification.TimingCalibration;

namespace TileProof.Tests.Timing;

public sealed class CycleReportTests
{
    private static readonly Lazy<Network> SharedResNet18 = new(() => NetworkSource.Load("resnet18", new VerifyOptions()).Network);

    [Fact]
    public void RowsOf_ResNet18AtThePublishedBanks_ComparesEveryCall()
    {
        CycleRow[] rows = [.. Report().RowsOf(SharedResNet18.Value, BankSetting.Parse("61k"), MachineMode.Release)];
        Assert.Equal(77, rows.Length);
        Assert.All(rows, row => Assert.NotNull(row.PublishedCycles));
        Assert.Equal(46783117, rows.Sum(row => row.PublishedCycles));
        Assert.InRange((rows.Sum(row => row.PredictedCycles) / 46783117.0) - 1, -0.0015, 0.0015);
        Assert.All(rows, row => Assert.InRange(
            Math.Abs(row.PredictedCycles - (row.ControlCycles + row.PrologueCycles + row.KernelCycles + row.EpilogueCycles + row.FillCycles + row.EdgeCycles
                + row.CacheCycles + row.WaitInputCycles + row.WaitCoefficientCycles + row.WaitOutputCycles)),
            0,
            5));
        CycleRow deepest = rows.Last(row => row.Operator == nameof(OperatorKind.Conv2d));
        Assert.Equal(nameof(CycleBound.Prologue), deepest.Bound);
        Assert.All(rows, row => Assert.InRange(row.MultiplyUtilization, 0, 1));
    }

    [Fact]
    public void RowsOf_OtherBanksOrMode_ComparesNothing()
    {
        Assert.All(Report().RowsOf(SharedResNet18.Value, BankSetting.Parse("16k"), MachineMode.Release), row => Assert.Null(row.PublishedCycles));
        Assert.All(Report().RowsOf(SharedResNet18.Value, BankSetting.Parse("61k"), MachineMode.Turbo), row => Assert.Null(row.PublishedCycles));
    }

    [Fact]
    public void RowsOf_CachePath_PredictsConvolutionsWithoutDma() =>
        Assert.All(
            Report().RowsOf(SharedResNet18.Value, BankSetting.WithoutBanks, MachineMode.MemoryModel).Where(row => row.Operator == nameof(OperatorKind.Conv2d)),
            row => Assert.Equal(0, row.DmaBytes));

    [Fact]
    public void RankAlone_ResNet18_WeightSumsAtLoadSaveMost()
    {
        var whatIf = new WhatIf(
            SharedResNet18.Value, DspConfiguration.FromBankBytes(PublishedCycles.FinalBankBytes, PublishedCycles.FinalBankBytes), MachineMode.Release, CostCoefficients.Calibrated);
        IReadOnlyList<WhatIfResult> ranked = whatIf.RankAlone();
        Assert.Equal(WhatIfChange.All.Count, ranked.Count);
        Assert.Equal("weight-sums-at-load", ranked[0].Changes[0].Name);
        Assert.InRange(ranked[0].SavedCycles / ranked[0].BaselineCycles, 0.65, 0.75);
        WhatIfResult together = whatIf.Apply(ranked[0].Changes[0], ranked[1].Changes[0]);
        Assert.True(together.SavedCycles > ranked[0].SavedCycles);
        Assert.Equal(0, whatIf.Apply([]).SavedCycles);
    }

    [Fact]
    public void ChromeTrace_TiledLayer_IsWellFormedAndNeverOverlapsOnATrack()
    {
        Conv2dTilePlan plan = Conv2dTilePlanner.Plan(Conv2dShape.Create(64, 16, 16, 128, 3, 3, 2, 1), DspConfiguration.FromBankBytes(16384, 16384));
        var timeline = new EventTimeline(2, recordSpans: true);
        ConvolutionProgram.Play(plan, new ConvolutionCosts(CostCoefficients.Calibrated, MachineMode.MemoryModel), timeline);
        using var stream = new MemoryStream();
        ChromeTrace.Write(stream, plan.ToString(), timeline, BankOccupancy.Of(plan), [new TraceInstant(TimelineTrack.Core, "read before arrival", 10)]);
        using JsonDocument trace = JsonDocument.Parse(stream.ToArray());
        JsonElement[] events = [.. trace.RootElement.GetProperty("traceEvents").EnumerateArray()];
        Assert.All(events, e =>
        {
            Assert.False(string.IsNullOrEmpty(e.GetProperty("name").GetString()));
            Assert.Contains(e.GetProperty("ph").GetString(), new[] { "M", "X", "C", "i" });
            Assert.True(e.GetProperty("ts").GetDouble() >= 0);
            Assert.Equal(1, e.GetProperty("pid").GetInt32());
        });
        Assert.Equal(1, events.Count(e => e.GetProperty("ph").GetString() == "i"));
        Assert.Equal(4, events.Count(e => e.GetProperty("ph").GetString() == "M"));
        JsonElement occupancy = events.First(e => e.GetProperty("ph").GetString() == "C").GetProperty("args");
        Assert.InRange(occupancy.GetProperty("DRAM0").GetInt64(), 1, 16384);
        Assert.InRange(occupancy.GetProperty("DRAM1").GetInt64(), 1, 16384);
        var tracks = events.Where(e => e.GetProperty("ph").GetString() == "X").GroupBy(e => e.GetProperty("tid").GetInt32()).ToList();
        Assert.Equal(3, tracks.Count);
        foreach (IGrouping<int, JsonElement> track in tracks)
        {
            double end = 0;
            foreach (JsonElement span in track)
            {
                Assert.True(span.GetProperty("ts").GetDouble() >= end - 1e-6);
                end = span.GetProperty("ts").GetDouble() + span.GetProperty("dur").GetDouble();
            }
        }
    }

    private static CycleReport Report() => new(CostCoefficients.Calibrated, PublishedCycles.Read(RepositoryPaths.Fixture("published")));
}
