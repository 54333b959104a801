using TileProof.HwModel.Planning;
using TileProof.Operators;

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

    /// <summary>Refuses convolutions with one scale per output channel where their plan leaves no room for the scales.</summary>
    /// <exception cref="UserInputException">There is such a plan.</exception>
    public void RequireRoomFor(IEnumerable<Conv2dCall> calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        HashSet<Conv2dShape> perChannel = [.. calls.Where(static call => call.WeightScales.Length > 1).Select(static call => call.Shape)];
        foreach (BankPlans bank in Banks.Where(static bank => !bank.HasOutputScales))
        {
            if (bank.Plans.FirstOrDefault(plan => plan.Mode == ExecutionMode.Dma && perChannel.Contains(plan.Shape)) is { } plan)
            {
                throw new UserInputException(
                    $"plans: layer {plan.Shape.ConfigKey}, banks {bank.Bank}: field perChannelScales: the layer has one scale per output channel, and the plan leaves no room for them");
            }
        }
    }

    /// <summary>The choice at a bank setting; the published planner where the set has none.</summary>
    public ConvolutionPlans For(BankSetting bank)
    {
        ArgumentNullException.ThrowIfNull(bank);
        return choices.GetValueOrDefault((bank.Dram0Bytes, bank.Dram1Bytes), ConvolutionPlans.Published);
    }
}
