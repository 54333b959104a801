using TileProof.HwModel.Machine;
using TileProof.HwModel.Timing;
using TileProof.Operators;

namespace TileProof.Verification.Cycles;

/// <summary>Recomputes the cycles of a network under named changes.</summary>
public sealed class WhatIf
{
    private readonly Network network;
    private readonly DspConfiguration banks;
    private readonly MachineMode mode;
    private readonly CostCoefficients coefficients;
    private readonly double baselineCycles;

    /// <summary>Computes the baseline.</summary>
    public WhatIf(Network network, DspConfiguration banks, MachineMode mode, CostCoefficients coefficients)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(banks);
        this.network = network;
        this.banks = banks;
        this.mode = mode;
        this.coefficients = coefficients;
        baselineCycles = CyclesUnder([]);
    }

    /// <summary>Some changes together.</summary>
    public WhatIfResult Apply(params IReadOnlyList<WhatIfChange> changes) => new(changes, baselineCycles, CyclesUnder(changes));

    /// <summary>Each change alone, the one that saves most first.</summary>
    public IReadOnlyList<WhatIfResult> RankAlone() =>
        [.. WhatIfChange.All.Select(change => Apply(change)).OrderByDescending(static result => result.SavedCycles)];

    /// <summary>The changes one on top of the other, in the order given; of changes that exclude each other the first one stays.</summary>
    public IReadOnlyList<WhatIfResult> Accumulate(IReadOnlyList<WhatIfChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return [.. Enumerable.Range(1, changes.Count).Select(count => Apply([.. changes.Take(count).DistinctBy(static change => change.Group ?? change.Name)]))];
    }

    private double CyclesUnder(IReadOnlyList<WhatIfChange> changes)
    {
        WhatIfSystem system = changes.Aggregate(new WhatIfSystem { Banks = banks.Banks }, static (assumed, change) => change.Apply(assumed));
        var pricer = new CallPricer(system.SettingOn(banks, mode), coefficients);
        return network.Calls.Sum(call => pricer.Price(call)?.Timeline.NowCycles ?? 0);
    }
}
