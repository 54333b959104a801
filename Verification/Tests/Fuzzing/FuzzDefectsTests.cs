using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;
using TileProof.Verification.Fuzzing;
using TileProof.Verification.Machines;

namespace TileProof.Tests.Fuzzing;

/// <summary>Deliberate defects of fuzz cases: where judges contradict each other it is a finding, and every rule is broken by some.</summary>
public sealed class FuzzDefectsTests
{
    private static readonly FuzzCase Layer = new()
    {
        Seed = 0,
        Index = 0,
        Machine = DescribedMachine.Published with { Configuration = DspConfiguration.FromBankBytes(1024, 1088) },
        Programs = ProgramLibrary.Corrected,
        Channels = 5,
        Height = 11,
        Width = 13,
        InputScale = 0.05f,
        InputZeroPoint = -3,
        Calls = [new FuzzCall { Operator = OperatorKind.Conv2d, Outputs = 6, KernelHeight = 3, KernelWidth = 3, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1, WeightScale = 0.01f, OutputScale = 0.9f }],
    };

    /// <summary>What each judge says, and whether that is a contradiction.</summary>
    [Theory]
    [InlineData("right", true, false, true, "proven equivalent", null)]
    [InlineData("right", false, false, true, "no place for it", null)]
    [InlineData("right", true, false, false, "the prover alone", null)]
    [InlineData("right, a rule", true, false, true, "a rule", null)]
    [InlineData("wrong", true, false, false, "wrong bytes, the prover", null)]
    [InlineData("wrong, a rule", true, false, false, "wrong bytes, a rule, the prover", null)]
    [InlineData("stopped", true, false, false, "stopped by the machine", null)]
    [InlineData("wrong", true, true, true, "arithmetic or memory, wrong bytes", null)]
    [InlineData("right", true, true, true, "arithmetic or memory, bytes do not show it", null)]
    [InlineData("wrong", true, false, true, "wrong bytes, the prover", FuzzFindingKind.ProverMissed)]
    [InlineData("stopped", true, false, true, "wrong bytes, the prover", FuzzFindingKind.ProverMissed)]
    [InlineData("wrong in some order", true, false, false, "wrong bytes, the prover", FuzzFindingKind.RulesMissed)]
    [InlineData("wrong", false, false, true, "no place for it", FuzzFindingKind.WrongBytes)]
    public void Judge_Contradictions_AreFindings(string runs, bool changes, bool isArithmetic, bool isProven, string verdict, FuzzFindingKind? expected)
    {
        (string actual, FuzzFinding? finding) = FuzzDefects.Judge(
            RunsOf(runs), changes, isArithmetic, static () => false, _ => isProven, runs.Contains("rule", StringComparison.Ordinal) ? Violation : null);
        Assert.Equal((verdict, expected), (actual, finding?.Kind));
        Assert.Contains(verdict, FuzzDefects.Verdicts);
    }

    [Fact]
    public void Judge_WrongWhereTheCacheCountsAndNoRule_RulesMissed() =>
        Assert.Equal(FuzzFindingKind.RulesMissed, FuzzDefects.Judge(RunsOf("right"), true, false, static () => false, static withCache => !withCache, null).Finding?.Kind);

    [Fact]
    public void Judge_ArithmeticThatIsSaidToChangeNothing_ProverMissed() =>
        Assert.Equal(FuzzFindingKind.ProverMissed, FuzzDefects.Judge(RunsOf("wrong"), true, true, static () => true, static _ => true, null).Finding?.Kind);

    /// <summary>The rules that no built-in program breaks.</summary>
    [Theory]
    [InlineData("output-pong-over-ping", "buffer-overlap", 1024)]
    [InlineData("half-output-invalidated-before", "partial-line-invalidate", 1024)]
    [InlineData("input-row-more", "descriptor-range", 3)]
    [InlineData("coefficients-over-end-of-bank", "bank-overflow", 1024)]
    [InlineData("coefficients-over-end-of-bank", "outside-bank", 1024)]
    [InlineData("coefficients-byte-by-byte", "descriptor-range", 3)]
    [InlineData("drop-every-input-wait", "read-before-arrival", 1024)]
    public void Judge_DefectThatBreaksARule_IsSeenAndCounted(string defect, string rule, int descriptorLimit)
    {
        FuzzCase one = Layer with { Defect = defect };
        if (descriptorLimit < 1024)
        {
            // Three rows fit a descriptor; the defect asks for four.
            one = one with { Height = 3, Machine = one.Machine with { Configuration = one.Machine.Configuration with { DescriptorCountLimit = descriptorLimit } }, Channels = 3 };
        }

        using var oracles = new FuzzOracles();
        FuzzOutcome outcome = new FuzzCheck(oracles).Judge(one, FuzzDepth.Usual);
        Assert.Null(outcome.Finding);
        Assert.Contains(new FuzzPoint(FuzzCoverage.DefectRule, rule), outcome.Reached);
        Assert.Contains(new FuzzPoint(FuzzCoverage.Defect, defect), outcome.Reached);
        Assert.DoesNotContain(outcome.Reached, point => point.Group == FuzzCoverage.Rule && point.Name == rule);
    }

    /// <summary>A case is the same with its defect and without; one in five of those that can have one has one, of every kind.</summary>
    [Fact]
    public void Draw_ManyCases_OneInFiveHasADefect()
    {
        FuzzCase[] able = [.. Enumerable.Range(0, 3000).Select(static index => FuzzGenerator.Of(2, index)).Where(static one => one.Calls.Count == 1 && !one.Programs.IsPublished && one.Machine.Configuration.DmaChannelCount == 2)];
        int with = able.Count(static one => one.Defect is not null);
        Assert.InRange(with, able.Length / 6, able.Length / 4);
        Assert.All(able, static one => Assert.Equal(one.Defect, FuzzDefects.Draw(one)));
        Assert.True(able.Select(static one => one.Defect).OfType<string>().Distinct().Count() > FuzzDefects.All.Count / 2);
        Assert.Equal(FuzzDefects.All.Count, FuzzDefects.All.Select(static fault => fault.Name).Distinct().Count());
    }

    private static Hazard Violation => new()
    {
        Rule = HazardRule.ReadBeforeArrival, Program = "", Tile = default, Memory = "", Buffer = "", FirstByte = 0, LastByte = 0, Operation = "", CollidesWith = "", Occurrences = 1, Timeline = [],
    };

    private static FuzzRuns RunsOf(string what) => new(
        what.StartsWith("wrong", StringComparison.Ordinal) ? "byte 3" : null,
        DspConfiguration.FromBankBytes(1024, 1088),
        IsRightAtIssueOnly: what.Contains("order", StringComparison.Ordinal),
        what == "stopped" ? "outside its bank" : null,
        [],
        new ExecutionCounts(),
        null);
}
