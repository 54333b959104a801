using TileProof.HwModel.Machine;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;

namespace TileProof.Verification.Cycles;

/// <summary>A bank setting under changes of its machine and of its programs, each a text: <c>field=value</c> of a machine file, or the name of a <see cref="WhatIfChange"/>.</summary>
public sealed class ChangedSystem
{
    private readonly BankSetting before;
    private readonly BankSetting after;
    private readonly TimingAssumptions assumptions;
    private readonly int bankFactor;

    private ChangedSystem(BankSetting before, BankSetting after, WhatIfChange[] named)
    {
        this.before = before;
        this.after = after;
        assumptions = named.Aggregate(TimingAssumptions.None, static (assumed, change) => change.Apply(assumed));
        bankFactor = named.Aggregate(1, static (factor, change) => factor * change.BankFactor);
    }

    /// <summary>The bank setting with the changes.</summary>
    public BankSetting After => after;

    /// <summary>Applies changes, in their order.</summary>
    /// <exception cref="UserInputException">A change is neither a field with a value nor a name.</exception>
    public static ChangedSystem Of(BankSetting bank, IReadOnlyList<string> changes)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(changes);
        DescribedMachine machine = bank.Machine with { Configuration = bank.Configuration };
        var named = new List<WhatIfChange>();
        foreach (string change in changes)
        {
            if (change.Contains('=', StringComparison.Ordinal))
            {
                machine = MachineFile.Change(machine, change);
            }
            else
            {
                named.Add(WhatIfChange.All.FirstOrDefault(one => one.Name == change)
                    ?? throw new UserInputException($"unknown change '{change}'; valid: FIELD=VALUE of a machine file, such as dma.latencyCycles=200, or {string.Join(", ", WhatIfChange.All.Select(static one => one.Name))}"));
            }
        }

        return new ChangedSystem(bank, BankSetting.OfBanks(machine.Configuration.Banks, machine), [.. named]);
    }

    /// <summary>The calls of a network that the cycle model covers, in their order.</summary>
    public IReadOnlyList<LayerSaving> LayersOf(Network network, MachineMode mode)
    {
        ArgumentNullException.ThrowIfNull(network);
        var baseline = new CallSetting(before.Configuration, mode, TimingAssumptions.None);
        DspConfiguration configuration = after.Configuration;
        var changed = new CallSetting(configuration.WithBanks(BankBytes.Of(configuration.Banks.Select(Enlarged))), mode, assumptions);
        return
        [
            .. from call in network.Calls
               let old = CyclePredictor.Predict(call, baseline, before.Coefficients)
               let now = CyclePredictor.Predict(call, changed, after.Coefficients)
               where old is not null && now is not null
               select new LayerSaving(call.Index, call.Name, call.LayerKey, old.NowCycles, now.NowCycles),
        ];

        int Enlarged(int bankBytes) => Math.Min(bankBytes * bankFactor, DspConfiguration.MaximumBankBytes);
    }
}
