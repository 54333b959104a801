using TileProof.HwModel.Timing;
using TileProof.Verification.Cycles;
using TileProof.Verification.Options;
using TileProof.Verification.Proof;

namespace TileProof.Verification.Conformance;

/// <summary>One row of <c>calls.csv</c>: one call at one bank setting, over all landing policies. What <c>tileproof diff</c> compares.</summary>
public sealed record CallRow
{
    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>The position of the call in the network, from 0.</summary>
    public required int CallIndex { get; init; }

    /// <summary>The name of the call.</summary>
    public required string Call { get; init; }

    /// <summary>The operator.</summary>
    public required string Operator { get; init; }

    /// <summary>The layer key; the published one where there is one.</summary>
    public required string ConfigKey { get; init; }

    /// <summary>The bank setting.</summary>
    public required string Bank { get; init; }

    /// <summary>The path that computed it: <c>dma</c>, <c>direct</c> or <c>portable</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Tiles and placement.</summary>
    public required string Plan { get; init; }

    /// <summary>Landing policies that it ran under.</summary>
    public required int Cases { get; init; }

    /// <summary><c>proven</c>; otherwise <c>fault</c>, <c>mismatch</c> or <c>hazard</c>, the first that some landing policy showed.</summary>
    public required string Result { get; init; }

    /// <summary>Differing elements under the worst landing policy.</summary>
    public required int Mismatches { get; init; }

    /// <summary>Kinds of broken rules, without warnings.</summary>
    public required int Hazards { get; init; }

    /// <summary>Whether every golden engine agrees: <c>agreed</c> or <c>disagree</c>.</summary>
    public required string Goldens { get; init; }

    /// <summary>The first 16 hexadecimal digits of SHA-256 over the output; several where landing policies give different bytes.</summary>
    public required string OutputHash { get; init; }

    /// <summary>Whether the program is proven for every input: <c>every input</c>, <c>wrong</c> or <c>examples</c>; empty where that was left out.</summary>
    public required string Movement { get; init; }

    /// <summary>The same of its arithmetic, as <c>proof.csv</c> has it.</summary>
    public required string Arithmetic { get; init; }

    /// <summary>Predicted cycles in <see cref="MachineMode.Turbo"/>; null where the cycle model does not cover the call.</summary>
    public required long? CyclesTurbo { get; init; }

    /// <summary>Predicted cycles in <see cref="MachineMode.Release"/>.</summary>
    public required long? CyclesRelease { get; init; }

    /// <summary>Predicted cycles in <see cref="MachineMode.MemoryModel"/>.</summary>
    public required long? CyclesMemoryModel { get; init; }

    /// <summary>Predicted cycles in <see cref="MachineMode.MemoryModelZeroLatency"/>.</summary>
    public required long? CyclesMemoryModelZeroLatency { get; init; }

    /// <summary>The rows of a run, in the order of its cases.</summary>
    public static IEnumerable<CallRow> Of(ConformanceOutcome outcome, IReadOnlyList<NetworkCycles> cycles)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(cycles);
        Dictionary<(string, int, string, string), long> priced = cycles.SelectMany(static network => network.Rows)
            .ToDictionary(static row => (row.Network, row.CallIndex, row.Bank, row.MachineMode), static row => row.PredictedCycles);
        Dictionary<(GoldenCall, BankSetting), ProofRow> proofs = outcome.Proofs.ToDictionary(
            static proof => (proof.Golden, proof.Bank), proof => ProofRow.Of(proof, outcome.Options.Programs.Name));
        return from result in outcome.Cases
               group result by (result.Case.Golden, result.Case.Bank) into landings
               select Of([.. landings], proofs.GetValueOrDefault(landings.Key), priced);
    }

    /// <summary>What a call is over its landing policies.</summary>
    public static string ResultOf(IReadOnlyCollection<CaseResult> landings) =>
        landings.All(static result => result.IsProven) ? "proven"
        : landings.Any(static result => result.Fault is not null) ? "fault"
        : landings.Any(static result => !result.Difference.IsEqual) ? "mismatch"
        : "hazard";

    private static CallRow Of(CaseResult[] landings, ProofRow? proof, Dictionary<(string, int, string, string), long> priced)
    {
        GoldenCall golden = landings[0].Case.Golden;
        BankSetting bank = landings[0].Case.Bank;
        long? CyclesIn(MachineMode mode) => priced.TryGetValue((golden.Network, golden.Call.Index, bank.Label, ChoiceList.NameOf(mode)), out long cycles) ? cycles : null;
        return new CallRow
        {
            Network = golden.Network,
            CallIndex = golden.Call.Index,
            Call = golden.Call.Name,
            Operator = ChoiceList.NameOf(golden.Call.Kind),
            ConfigKey = golden.Call.LayerKey,
            Bank = bank.Label,
            Path = Distinct(landings.Select(static result => result.Execution is null ? "" : ChoiceList.NameOf(result.Execution.Path))),
            Plan = Distinct(landings.Select(static result => result.Execution?.Tiling ?? "")),
            Cases = landings.Length,
            Result = ResultOf(landings),
            Mismatches = landings.Max(static result => result.Difference.DifferingElements),
            Hazards = landings.Max(static result => result.ViolationCount),
            Goldens = golden.IsAgreed ? "agreed" : "disagree",
            OutputHash = Distinct(landings.Select(static result => result.OutputHash)),
            Movement = proof?.Movement ?? "",
            Arithmetic = proof?.Arithmetic ?? "",
            CyclesTurbo = CyclesIn(MachineMode.Turbo),
            CyclesRelease = CyclesIn(MachineMode.Release),
            CyclesMemoryModel = CyclesIn(MachineMode.MemoryModel),
            CyclesMemoryModelZeroLatency = CyclesIn(MachineMode.MemoryModelZeroLatency),
        };
    }

    private static string Distinct(IEnumerable<string> values) => string.Join(' ', values.Where(static value => value.Length > 0).Distinct(StringComparer.Ordinal));
}
