using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Verification.Options;
using TileProof.Verification.Sharding.Records;

namespace TileProof.Verification.Tuning;

/// <summary>One geometry at one bank setting: what was found for each machine mode, and what the runs of it gave.</summary>
/// <param name="Bank">The bank setting.</param>
/// <param name="Plans">By mode; at bank sizes that are compared only, for the chosen mode alone.</param>
/// <param name="Runs">Runs of the corrected programs.</param>
/// <param name="PublishedRuns">Runs of the published programs.</param>
internal sealed record TunedLayer(
    BankSetting Bank, IReadOnlyDictionary<MachineMode, TunedPlan> Plans, IReadOnlyList<CaseRecord> Runs, IReadOnlyList<CaseRecord> PublishedRuns)
{
    /// <summary>A layer that was tuned here.</summary>
    public static TunedLayer Of(BankSetting bank, IReadOnlyDictionary<MachineMode, TunedPlan> plans, TuningProof proof) =>
        new(bank, plans, [.. proof.Results.Select(CaseRecord.Of)], [.. proof.PublishedResults.Select(CaseRecord.Of)]);
}
