using TileProof.HwModel.Faults;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Hazards;
using TileProof.Verification.Mutation;

namespace TileProof.Tests.Faults;

/// <summary>The harness catches what it should: deliberate defects, one by one.</summary>
public sealed class MutationRunTests
{
    private static readonly DspConfiguration Configuration = DspConfiguration.FromBankBytes(16384, 16384);

    private static readonly string[] HarmlessRules = ["ring-overflow", "outside-buffer", "over-read", "over-write", "buffer-overlap", "write-under-write"];

    private static readonly Lazy<IReadOnlyList<MutationRow>> Rows = new(static () => MutationRun.Execute(
        [
            ConvolutionCase.Create(Conv2dShape.Create(64, 16, 16, 64, 3, 3, 1, 1), 1, 4),
            ConvolutionCase.Create(Conv2dShape.Create(128, 8, 8, 256, 1, 1, 2, 0), 1, 4),
            MutationRun.AccumulatorLimits(),
        ],
        Configuration,
        FaultCatalog.All));

    [Fact]
    public void Catalog_SixtyDefectsInTwelveClasses_NamesDistinct()
    {
        Assert.True(FaultCatalog.All.Count >= 60);
        Assert.True(FaultCatalog.All.Select(static fault => fault.Class).Distinct().Count() >= 12);
        Assert.Equal(FaultCatalog.All.Count, FaultCatalog.All.Select(static fault => fault.Name).Distinct().Count());
    }

    [Fact]
    public void Execute_EveryDefect_IsCaughtOrProvenEquivalent() => Assert.Empty(new MutationOutcome(Rows.Value).Uncaught);

    [Theory]
    [InlineData("input-source-row-later", MutationVerdict.Numerics)]
    [InlineData("coefficients-of-tile-before", MutationVerdict.Numerics)]
    [InlineData("round-half-even", MutationVerdict.Numerics)]
    [InlineData("accumulator-saturates", MutationVerdict.Numerics)]
    [InlineData("all-padding-missing", MutationVerdict.Numerics)]
    [InlineData("input-not-written-back", MutationVerdict.HazardRule)]
    [InlineData("output-not-invalidated-after", MutationVerdict.HazardRule)]
    [InlineData("edge-extension-missing", MutationVerdict.Equivalent)]
    public void Execute_Defect_HasItsVerdict(string defect, MutationVerdict expected) =>
        Assert.Equal(expected, MutationOutcome.VerdictOf(Rows.Value.Where(row => row.Defect == defect)));

    /// <summary>Geometries without a published kernel have the plan that every other run of them has, whose tiles hold whole groups.</summary>
    [Theory]
    [InlineData(12, 12, 12, 1)]
    [InlineData(6, 9, 3, 1)]
    [InlineData(6, 10, 1, 2)]
    public void Execute_LayerWithoutPublishedKernel_RunsThePlanOfItsKernel(int inChannels, int outChannels, int groups, int dilation)
    {
        var shape = Conv2dShape.Create(inChannels, 7, 9, outChannels, 3, 3, 1, 1, dilation, groups);
        var banks = DspConfiguration.FromBankBytes(2048, 1024);
        Fault[] faults = [.. FaultCatalog.All.Where(static fault => fault.Name is "input-source-row-later" or "round-half-even" or "drop-every-input-wait")];
        IReadOnlyList<MutationRow> rows = MutationRun.Execute([ConvolutionCase.Create(shape, 2, 4)], banks, faults);
        Assert.Equal(3, rows.Count);
        Conv2dTilePlan plan = ConvolutionPlans.Published.PlanOf(shape, banks);
        Assert.Equal(ExecutionMode.Dma, plan.Mode);
        Assert.All(rows, row => Assert.Equal(plan.ToString(), row.Plan));
        Assert.Equal(ExitCode.Proven, new MutationOutcome(rows, layersAreChosen: true).ExitCode);
    }

    [Fact]
    public void Execute_DroppedWait_IsFoundByRuleEvenWhereBytesAreRight()
    {
        MutationRow row = Rows.Value.First(static row => row.Defect == "drop-every-input-wait");

        Assert.Contains("read-before-arrival", row.HazardRules, StringComparison.Ordinal);
    }

    /// <summary>Every defect that changes which bytes are used is caught by the prover alone, on every layer where it is not equivalent for all values and landings.</summary>
    [Fact]
    public void Execute_DefectOfMovement_IsCaughtByTheProverAloneUnlessEquivalent()
    {
        MutationRow[] moving = [.. Rows.Value.Where(static row => row is { MovesBytes: true, Verdict: not MutationVerdict.NotApplicable })];

        Assert.Empty(moving.Where(static row => row.Prover == ProverVerdict.Right && row.Verdict != MutationVerdict.Equivalent && !UsesRightBytes(row)).Select(Describe));
        Assert.Empty(moving.Where(static row => row is { Prover: ProverVerdict.Caught, Verdict: MutationVerdict.Equivalent }).Select(Describe));
        Assert.True(moving.Count(static row => row.Prover == ProverVerdict.Caught) > moving.Count(static row => row.DifferingBytes > 0));
        Assert.True(moving.Count(static row => row.DifferingBytes > 0) > moving.Count(static row => row.DifferingBytesOfConstantImage > 0));

        // Rules of rings and bounds that are broken without harm to a byte that is used, and transfers of bytes that are not used.
        static bool UsesRightBytes(MutationRow row) => row is { DifferingBytes: 0, DifferingBytesOfConstantImage: 0 }
            && (row.Verdict == MutationVerdict.Snapshot || Array.TrueForAll(row.HazardRules.Split(' '), HarmlessRules.Contains));

        static string Describe(MutationRow row) => $"{row.Defect} on {row.ConfigKey}: {row.Verdict}, rules {row.HazardRules}, prover {row.Prover} {row.ProverFinding}";
    }

    /// <summary>
    /// By defect: the prover alone catches every one that changes movement on some layer, but for those that are equivalent, and for two that break a
    /// rule of the machine and use exactly the bytes that the contract names: one channel instead of two, and a buffer that is declared too short.
    /// </summary>
    [Fact]
    public void Execute_EveryDefectOfMovement_IsCaughtByTheProverAloneOnSomeLayer()
    {
        IGrouping<string, MutationRow>[] defects = [.. Rows.Value.Where(static row => row is { MovesBytes: true, Verdict: not MutationVerdict.NotApplicable }).GroupBy(static row => row.Defect)];
        IGrouping<string, MutationRow>[] never = [.. defects.Where(static rows => rows.All(static row => row.Prover != ProverVerdict.Caught))];

        Assert.True(defects.Length >= 80, $"{defects.Length} defects");
        Assert.Equal(
            ["coefficients-too-short: outside-buffer", "input-on-channel-0: ring-overflow"],
            never.Where(static rows => rows.Any(static row => row.Verdict != MutationVerdict.Equivalent))
                .Select(static rows => $"{rows.Key}: {string.Join(' ', rows.Select(static row => row.HazardRules).Distinct())}").Order(StringComparer.Ordinal));
        Assert.All(never.SelectMany(static rows => rows), static row => Assert.Equal((0, 0), (row.DifferingBytes, row.DifferingBytesOfConstantImage)));
    }

    [Fact]
    public void ArithmeticEquivalence_SaturationInsteadOfWrap_OnlyWhereSumsStayInside()
    {
        ConvolutionCase ordinary = ConvolutionCase.Create(Conv2dShape.Create(8, 4, 4, 8, 3, 3, 1, 1), 1, 2);
        ConvolutionCase limits = MutationRun.AccumulatorLimits();

        Assert.Null(Difference(ordinary));
        Assert.NotNull(Difference(limits));

        static int? Difference(ConvolutionCase layer) => ArithmeticEquivalence.FindDifference(
            layer.Shape,
            layer.Weights,
            layer.Requantization,
            PackBehavior.Hardware(AccumulatorOverflow.Wrap),
            layer.Requantization,
            PackBehavior.Hardware(AccumulatorOverflow.Saturate));
    }

    [Fact]
    public void WriteSummary_HasARowPerClassAndATotal()
    {
        string[] lines = new MutationOutcome(Rows.Value).WriteSummary().TrimEnd().Split('\n');

        Assert.Equal(4 + FaultCatalog.All.Select(static fault => fault.Class).Distinct().Count() + 1, lines.Length);
        Assert.StartsWith($"| **all** | {FaultCatalog.All.Count} |", lines[^1], StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Execute_ResNet18Layers_EveryDefectCaughtOrProvenEquivalent()
    {
        SlowTests.SkipUnlessAsked();
        Assert.True(new MutationOutcome(MutationRun.Execute(MutationRun.DefaultLayers(), Configuration, FaultCatalog.All)).IsProven);
    }
}
