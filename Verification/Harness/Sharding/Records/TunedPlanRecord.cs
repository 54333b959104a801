using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Verification.Options;
using TileProof.Verification.Tuning;

namespace TileProof.Verification.Sharding.Records;

/// <summary>What a search found, as it is written down: the plans in the form of plan files. Their cycles follow from them and are counted again.</summary>
/// <param name="Mode">The machine mode that the search was for.</param>
/// <param name="Published">The plan to beat.</param>
/// <param name="Best">The best plan; null where that is the plan to beat.</param>
/// <param name="CandidateCount">Plans that fit.</param>
/// <param name="PlayedCount">Plans that were played.</param>
/// <param name="SavedHalfWidthCycles">Half the 95 % interval of the saving.</param>
/// <param name="UncertainCycles">What the cheapest plan would save more.</param>
internal sealed record TunedPlanRecord(
    MachineMode Mode, string Published, string? Best, int CandidateCount, int PlayedCount, double SavedHalfWidthCycles, double UncertainCycles)
{
    /// <exception cref="InvalidOperationException">The record would not give the plans back.</exception>
    public static TunedPlanRecord Of(BankSetting bank, MachineMode mode, TunedPlan found, bool hasOutputScales)
    {
        return new(mode, Write(found.Published), found.IsImproved ? Write(found.Best) : null, found.CandidateCount, found.PlayedCount, found.SavedHalfWidthCycles, found.UncertainCycles);

        string Write(Conv2dTilePlan plan)
        {
            string text = PlanFile.Write(new PlanSet([new BankPlans(bank, [plan], hasOutputScales)]));
            return Parse(text, bank) == plan ? text : throw new InvalidOperationException($"The plan {plan} of layer {plan.Shape.ConfigKey}, banks {bank}, cannot be written down.");
        }
    }

    public TunedPlan ToPlan(BankSetting bank, Func<Conv2dTilePlan, PlanCost> costOf)
    {
        Conv2dTilePlan published = Parse(Published, bank);
        Conv2dTilePlan best = Best is null ? published : Parse(Best, bank);
        PlanCost publishedCost = costOf(published);
        return new TunedPlan(published, publishedCost, best, Best is null ? publishedCost : costOf(best), CandidateCount, PlayedCount)
        {
            SavedHalfWidthCycles = SavedHalfWidthCycles, UncertainCycles = UncertainCycles,
        };
    }

    private static Conv2dTilePlan Parse(string text, BankSetting bank) => PlanFile.Parse("results of a shard", text, bank.Machine).Banks[0].Plans[0];
}
