using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification.Conformance;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;
using TileProof.Verification.Tuning;

namespace TileProof.Tests.Tuning;

/// <summary>Which plans are run to prove a tuning: of every mode and call at the asked banks, of the chosen mode and each geometry at the others.</summary>
public sealed class TuningProofRunTests
{
    private static readonly Conv2dShape Wide = Conv2dShape.Create(16, 9, 21, 24, 3, 3, 1, 1);
    private static readonly Conv2dShape Narrow = Conv2dShape.Create(8, 13, 7, 20, 1, 1, 2, 0);
    private static readonly BankSetting[] Asked = [BankSetting.Parse("4096x2048"), BankSetting.Parse("2048x8192")];
    private static readonly GoldenCall[] Goldens = [Golden("a", Wide, 1), Golden("b", Narrow, 2), Golden("c", Wide, 3)];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_EveryPlan_IsRunWhereItShouldBe(bool comparesBanks)
    {
        var progress = new RecordedProgress();
        var options = new TuneOptions
        {
            Settings = new VerifyOptions { Banks = Asked, ThreadCount = 1 }, ComparesBanks = comparesBanks, Landings = [LandingKind.AtWait, LandingKind.AtIssue], Mode = MachineMode.MemoryModel,
        };
        BankSetting[] others = comparesBanks ? [.. BankSizeTable.BanksOf(DescribedMachine.Published).Except(Asked)] : [];
        ModeSearches searches = ModeSearches.Run([.. Goldens.Select(static golden => (Conv2dCall)golden.Call)], [.. Asked, .. others], options, progress, CancellationToken.None);

        TuningProof proof = TuningProof.Run(Goldens, searches, options, progress, CancellationToken.None);

        Assert.True(proof.IsProven, proof.Verdict);
        var expected = new List<string>();
        var published = new List<string>();
        foreach (BankSetting bank in Asked)
        {
            foreach (GoldenCall golden in Goldens)
            {
                foreach (Conv2dTilePlan plan in searches.BestPlans(bank, ((Conv2dCall)golden.Call).Shape))
                {
                    Add(golden, bank, plan);
                }
            }
        }

        foreach (BankSetting bank in others)
        {
            Add(Goldens[0], bank, searches.Chosen[bank, Wide].Best);
            Add(Goldens[1], bank, searches.Chosen[bank, Narrow].Best);
        }

        Assert.Equal(expected, proof.Results.Select(Text));
        Assert.Equal(published, proof.PublishedResults.Select(Text));
        Assert.NotEmpty(published);
        Assert.True(published.Count < expected.Count / 2);
        Assert.All(proof.PublishedResults, static run => Assert.Equal(ProgramLibrary.Published, run.Case.Programs));
        Assert.All(proof.Results, static run => Assert.Equal(run.Case.Golden.Call.Output.LengthBytes, run.Difference.ComparedBytes));
        Assert.Equal(["runs of tuned plans", "runs of the published programs"], progress.Begun.TakeLast(2));

        void Add(GoldenCall golden, BankSetting bank, Conv2dTilePlan plan)
        {
            expected.Add($"{golden.Call.Name} {bank} {plan} AtWait");
            expected.Add($"{golden.Call.Name} {bank} {plan} AtIssue");
            if (plan != searches.Chosen[bank, plan.Shape].Published && plan.RunsOnPublishedPrograms(CaseMatrix.ConfigurationFor(bank)))
            {
                published.Add($"{golden.Call.Name} {bank} {plan} AtIssue");
            }
        }
    }

    // The same call at two banks is one disagreement.
    [Fact]
    public void Verdict_OneDisagreeingGolden_CountsOnce()
    {
        GoldenCall golden = Goldens[0] with { Agreements = [new GoldenAgreement("generic", 10, 1, null, 0)] };
        CaseResult[] runs = [.. Asked.Select(bank => CaseResult.Run(new ConformanceCase(golden, bank, LandingKind.AtWait, ParameterDerivation.L1Norm), 1))];
        Assert.EndsWith(" 1 disagreement between goldens", new TuningProof(runs, []).Verdict, StringComparison.Ordinal);
    }

    private static string Text(CaseResult run) =>
        $"{run.Case.Golden.Call.Name} {run.Case.Bank} {CaseMatrix.PlanFor(((Conv2dCall)run.Case.Golden.Call).Shape, run.Case.Bank, run.Case.Plans)} {run.Case.Landing}";

    private static GoldenCall Golden(string name, Conv2dShape shape, int seed)
    {
        var random = new Random(seed);
        Conv2dCall call = Calls.Conv(shape, 1, random, perChannel: false) with { Name = name };
        Tensor input = Calls.RandomInt8(random, call.Input.Shape);
        Tensor expected = new ScalarOracle().Run(call, input);
        return new GoldenCall
        {
            Network = "net", Call = call, Reference = "scalar-oracle", Inputs = [input], Expected = expected, Agreements = [GoldenAgreement.BitForBit("itself", expected, expected)],
        };
    }
}
