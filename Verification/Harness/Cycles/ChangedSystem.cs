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
    private readonly WhatIfSystem assumed;

    private ChangedSystem(BankSetting before, BankSetting after, WhatIfChange[] named)
    {
        this.before = before;
        this.after = after;
        assumed = named.Aggregate(new WhatIfSystem { Banks = after.Configuration.Banks }, static (system, change) => change.Apply(system));
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
        var baseline = new CallPricer(new CallSetting(before.Configuration, mode), before.Coefficients);
        var changed = new CallPricer(assumed.SettingOn(after.Configuration, mode), after.Coefficients);
        return
        [
            .. from call in network.Calls
               let old = baseline.Price(call)
               let now = changed.Price(call)
               where old is not null && now is not null
               select new LayerSaving(call.Index, call.Name, call.LayerKey, old.Timeline.NowCycles, now.Timeline.NowCycles),
        ];
    }
}
