using TileProof.HwModel.Planning;

namespace TileProof.Verification;

/// <summary>Plans for several bank settings, as a plan file holds them.</summary>
public sealed class PlanSet
{
    private readonly Dictionary<(int Dram0Bytes, int Dram1Bytes), ConvolutionPlans> choices;

    /// <summary>Makes a set.</summary>
    /// <exception cref="ArgumentException">A bank setting occurs twice, or a geometry twice in one.</exception>
    public PlanSet(IReadOnlyList<BankPlans> banks)
    {
        ArgumentNullException.ThrowIfNull(banks);
        Banks = banks;
        choices = banks.ToDictionary(static bank => (bank.Bank.Dram0Bytes, bank.Bank.Dram1Bytes), static bank => new ConvolutionPlans(bank.Plans));
    }

    /// <summary>The plans by bank setting.</summary>
    public IReadOnlyList<BankPlans> Banks { get; }

    /// <summary>The choice at a bank setting; the published planner where the set has none.</summary>
    public ConvolutionPlans For(BankSetting bank)
    {
        ArgumentNullException.ThrowIfNull(bank);
        return choices.GetValueOrDefault((bank.Dram0Bytes, bank.Dram1Bytes), ConvolutionPlans.Published);
    }
}
