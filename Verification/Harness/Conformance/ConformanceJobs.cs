using System.Globalization;
using TileProof.HwModel.Dma;
using TileProof.Operators;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;
using TileProof.Verification.Originals;
using TileProof.Verification.Sharding;
using TileProof.Verification.Sharding.Records;

namespace TileProof.Verification.Conformance;

/// <summary>The jobs of a conformance run: their names, what they are predicted to take, and how their results are written down.</summary>
internal static class ConformanceJobs
{
    /// <summary>What the golden engines say of a call.</summary>
    public static JobStage<GoldenCall, GoldenCall> Goldens(Network network) => new()
    {
        JobOf = golden => JobOf(network, $"golden {network.Name} {Text(golden.Call.Index)}", JobCosts.OfGolden(golden.Call, NetworkGolden.CompleteOracleLimit)),
        Write = static golden => RecordJson.Write(GoldenRecord.Of(golden), RecordJson.Default.GoldenRecord),
        Read = static (reference, line) => RecordJson.Read(line, RecordJson.Default.GoldenRecord).ToGolden(reference),
    };

    /// <summary>A call at a bank setting with a landing policy.</summary>
    public static JobStage<ConformanceCase, CaseResult> Cases(Network network) => new()
    {
        JobOf = one => JobOf(
            network, $"case {network.Name} {Text(one.Golden.Call.Index)} {one.Bank.Label} {ChoiceList.NameOf(one.Landing)}", JobCosts.OfCase(one.Golden.Call)),
        Write = static result => RecordJson.Write(CaseRecord.Of(result), RecordJson.Default.CaseRecord),
        Read = static (one, line) => RecordJson.Read(line, RecordJson.Default.CaseRecord).ToResult(one),
    };

    /// <summary>A whole network at a bank setting with a landing policy.</summary>
    public static JobStage<(BankSetting Bank, LandingKind Landing), EndToEndResult> EndToEnd(Network network, VerifyOptions options)
    {
        long cost = JobCosts.OfNetwork(network);
        return new()
        {
            JobOf = run => JobOf(network, $"network {network.Name} {run.Bank.Label} {ChoiceList.NameOf(run.Landing)}", cost),
            Write = static result => RecordJson.Write(EndToEndRecord.Of(result), RecordJson.Default.EndToEndRecord),
            Read = (run, line) => RecordJson.Read(line, RecordJson.Default.EndToEndRecord).ToResult(network.Name, run.Bank, run.Landing, options.Programs.Name),
        };
    }

    /// <summary>A network against the file that it was imported from.</summary>
    public static JobStage<Network, OriginalResult> Originals { get; } = new()
    {
        JobOf = static network => JobOf(network, $"original {network.Name}", JobCosts.OfOriginal(network)),
        Write = static result => RecordJson.Write(result, RecordJson.Default.OriginalResult),
        Read = static (_, line) => RecordJson.Read(line, RecordJson.Default.OriginalResult),
    };

    /// <summary>A call at a bank setting under some of the adversarial schedules.</summary>
    public static JobStage<(GoldenCall Golden, BankSetting Bank, int First), AdversarialRow> Adversarial(Network network, VerifyOptions options) => new()
    {
        JobOf = run => JobOf(
            network, $"adversarial {network.Name} {Text(run.Golden.Call.Index)} {run.Bank.Label} {Text(run.First)}",
            JobCosts.OfAdversarial(run.Golden.Call, Math.Min(AdversarialRow.SchedulesOfAJob, options.AdversarialSchedules - run.First))),
        Write = static row => RecordJson.Write(row, RecordJson.Default.AdversarialRow),
        Read = static (_, line) => RecordJson.Read(line, RecordJson.Default.AdversarialRow),
    };

    private static Job JobOf(Network network, string key, long cost) => new(key, cost, network.Name, JobCosts.OfReferences(network));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
