using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Tuning;

namespace TileProof.Tests.Tuning;

/// <summary>The verdict of tuned plans: one defect in the first, a middle or the last run, down to the printed line and the exit code.</summary>
public sealed class TuningProofTests
{
    private static readonly Conv2dShape Shape = Conv2dShape.Create(6, 33, 47, 10, 3, 3, 1, 1);
    private static readonly GoldenCall Golden = CreateGolden();
    private static readonly BankSetting[] Banks = [BankSetting.Parse("4096x2048"), BankSetting.Parse("8192x4096"), BankSetting.Parse("3072x16384")];
    private static readonly CaseResult[] Runs = [.. Banks.Select(static bank => CaseResult.Run(new ConformanceCase(Golden, bank, LandingKind.AtWait, ParameterDerivation.L1Norm), 1))];
    private static readonly Hazard Violation = PublishedHazard();

    [Fact]
    public void Proof_OfRightRuns_IsPositive()
    {
        var proof = new TuningProof(Runs, Runs);
        Assert.Equal((true, ExitCode.Proven), (proof.IsProven, proof.ExitCode));
        Assert.Equal(
            "proven: 3 runs of tuned plans, 46,530 bytes compared, 0 mismatches, 0 hazards, 0 faults, 0 disagreements between goldens; published programs with improved plans: 3 runs, 46,530 bytes compared, 0 mismatches, 0 faults, their missing waits not judged",
            proof.Verdict);
        Assert.EndsWith(" 0 disagreements between goldens", new TuningProof(Runs, []).Verdict, StringComparison.Ordinal);
        Assert.False(new TuningProof([], Runs).IsProven);
    }

    [Fact]
    public void Proof_OneDefect_IsNegativeWhereverItIs()
    {
        foreach (int at in new[] { 0, 1, 2 })
        {
            RequireNegative(at, static run => run with { Difference = run.Difference with { DifferingElements = 1 } }, "1 mismatch, 0 hazards, 0 faults, 0 disagreements");
            RequireNegative(at, static run => run with { Fault = "ring full" }, "0 mismatches, 0 hazards, 1 fault, 0 disagreements");
            RequireNegative(at, static run => run with { Hazards = [Violation] }, "0 mismatches, 1 hazard, 0 faults, 0 disagreements");
            GoldenAgreement disagreement = new("generic", 10, 1, null, 0);
            RequireNegative(
                at, run => run with { Case = run.Case with { Golden = Golden with { Agreements = [Golden.Agreements[0], disagreement] } } }, "0 mismatches, 0 hazards, 0 faults, 1 disagreement");
        }

        void RequireNegative(int at, Func<CaseResult, CaseResult> change, string counts)
        {
            var proof = new TuningProof(Changed(at, change), Runs);
            Assert.Equal((false, ExitCode.NotProven), (proof.IsProven, proof.ExitCode));
            Assert.StartsWith("NOT proven: 3 runs of tuned plans, ", proof.Verdict, StringComparison.Ordinal);
            Assert.Contains($" bytes compared, {counts} between goldens", proof.Verdict, StringComparison.Ordinal);
        }
    }

    // Their missing waits are known and not judged; wrong bytes and faults are.
    [Fact]
    public void Proof_PublishedPrograms_OnlyBytesAndFaultsCount()
    {
        foreach (int at in new[] { 0, 1, 2 })
        {
            var mismatch = new TuningProof(Runs, Changed(at, static run => run with { Difference = run.Difference with { DifferingElements = 7 } }));
            Assert.False(mismatch.IsProven);
            Assert.Contains("published programs with improved plans: 3 runs, 46,530 bytes compared, 7 mismatches, 0 faults", mismatch.Verdict, StringComparison.Ordinal);
            var fault = new TuningProof(Runs, Changed(at, static run => run with { Fault = "ring full" }));
            Assert.False(fault.IsProven);
            Assert.Contains(" 0 mismatches, 1 fault, their", fault.Verdict, StringComparison.Ordinal);
            Assert.True(new TuningProof(Runs, Changed(at, static run => run with { Hazards = [Violation] })).IsProven);
        }
    }

    [Fact]
    public void RunsOf_APlan_AreThoseOfItsBank()
    {
        var proof = new TuningProof(Runs, [Runs[1]]);
        Conv2dTilePlan plan = CaseMatrix.PlanFor(Shape, Banks[1]);
        Assert.Same(Runs[1], Assert.Single(proof.RunsOf("net", Banks[1], plan)));
        Assert.Same(Runs[1], Assert.Single(proof.PublishedRunsOf("net", Banks[1], plan)));
        Assert.Empty(proof.PublishedRunsOf("net", Banks[0], plan));
        Assert.Throws<InvalidOperationException>(() => proof.RunsOf("net", Banks[1], plan with { RowsPerTile = 1 }));
        Assert.Throws<InvalidOperationException>(() => proof.RunsOf("other", Banks[1], plan));
    }

    private static CaseResult[] Changed(int at, Func<CaseResult, CaseResult> change) => [.. Runs.Select((run, index) => index == at ? change(run) : run)];

    private static GoldenCall CreateGolden()
    {
        var random = new Random(5);
        Conv2dCall call = Calls.Conv(Shape, 1, random, perChannel: false);
        Tensor input = Calls.RandomInt8(random, call.Input.Shape);
        Tensor expected = new ScalarOracle().Run(call, input);
        return new GoldenCall
        {
            Network = "net", Call = call, Reference = "scalar-oracle", Inputs = [input], Expected = expected, Agreements = [GoldenAgreement.BitForBit("itself", expected, expected)],
        };
    }

    private static Hazard PublishedHazard() => CaseResult
        .Run(new ConformanceCase(Golden, Banks[0], LandingKind.AtIssue, ParameterDerivation.L1Norm) { Programs = ProgramLibrary.Published }, 1)
        .Hazards.First(static hazard => hazard.Rule.Severity == HazardSeverity.Violation);
}
