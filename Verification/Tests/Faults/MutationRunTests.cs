using TileProof.HwModel.Faults;
using TileProof.HwModel.Machine;
using TileProof.Operators;
using TileProof.Verification;

namespace TileProof.Tests.Faults;

/// <summary>The harness catches what it should: deliberate defects, one by one.</summary>
public sealed class MutationRunTests
{
    private static readonly DspConfiguration Configuration = DspConfiguration.FromBankBytes(16384, 16384);

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

    [Fact]
    public void Execute_DroppedWait_IsFoundByRuleEvenWhereBytesAreRight()
    {
        MutationRow row = Rows.Value.First(static row => row.Defect == "drop-every-input-wait");

        Assert.Contains("read-before-arrival", row.HazardRules, StringComparison.Ordinal);
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
        Skip.If(Environment.GetEnvironmentVariable("TILEPROOF_SLOW_TESTS") != "1", "set TILEPROOF_SLOW_TESTS=1");
        Assert.True(new MutationOutcome(MutationRun.Execute(MutationRun.DefaultLayers(), Configuration, FaultCatalog.All)).IsProven);
    }
}
