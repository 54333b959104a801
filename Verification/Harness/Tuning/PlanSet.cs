using System.Globalization;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators.Calls;
using TileProof.Operators;
using TileProof.Verification.Options;

namespace TileProof.Verification.Tuning;

/// <summary>Plans for several bank settings, as a plan file holds them.</summary>
public sealed class PlanSet
{
    private readonly Dictionary<BankBytes, ConvolutionPlans> choices;

    /// <summary>Makes a set.</summary>
    /// <exception cref="ArgumentException">A bank setting occurs twice, or a geometry twice in one.</exception>
    public PlanSet(IReadOnlyList<BankPlans> banks)
    {
        ArgumentNullException.ThrowIfNull(banks);
        Banks = banks;
        choices = banks.ToDictionary(static bank => bank.Bank.Banks, static bank => new ConvolutionPlans(bank.Plans));
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
            if (bank.Plans.FirstOrDefault(plan => plan is DmaPlan && perChannel.Contains(plan.Shape)) is { } plan)
            {
                throw new UserInputException(
                    $"plans: layer {plan.Shape.ConfigKey}, banks {bank.Bank}: field perChannelScales: the layer has one scale per output channel, and the plan leaves no room for them");
            }
        }
    }

    /// <summary>One line: how many layers run with a plan of the set.</summary>
    /// <param name="calls">The convolutions of the run.</param>
    /// <param name="banks">Its bank settings.</param>
    /// <exception cref="UserInputException">None does, so that the run would say nothing of the set.</exception>
    public string DescribeUse(IEnumerable<Conv2dCall> calls, IReadOnlyList<BankSetting> banks) =>
        DescribeUse("the networks", calls.Select(static call => call.Shape), banks);

    /// <summary>The same for layers of any source.</summary>
    /// <param name="source">What the layers belong to, in the plural.</param>
    /// <param name="layers">The geometries of the run.</param>
    /// <param name="banks">Its bank settings.</param>
    /// <exception cref="UserInputException">None of the layers runs with a plan of the set.</exception>
    internal string DescribeUse(string source, IEnumerable<Conv2dShape> layers, IReadOnlyList<BankSetting> banks)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(banks);
        Conv2dShape[] shapes = [.. layers.Where(ConvolutionKernel.IsPublished).Distinct()];
        int planned = banks.Sum(bank => shapes.Count(For(bank).Contains));
        if (planned == 0)
        {
            string example = Banks.SelectMany(static bank => bank.Plans.Select(plan => $"such as {plan.Shape.ConfigKey} at {bank.Bank}")).FirstOrDefault("none");
            throw new UserInputException($"plans: no layer of {source} has one at {string.Join(", ", banks)}; the file has plans for other layers or banks, {example}");
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"plans: {planned} of {banks.Count * shapes.Length} layers and bank settings have one in the file; the published planner plans the others");
    }

    /// <summary>The choice at a bank setting; the published planner where the set has none.</summary>
    public ConvolutionPlans For(BankSetting bank)
    {
        ArgumentNullException.ThrowIfNull(bank);
        return choices.GetValueOrDefault(bank.Banks, ConvolutionPlans.Published);
    }
}
