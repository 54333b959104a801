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

    private double CyclesUnder(IReadOnlyList<WhatIfChange> changes)
    {
        TimingAssumptions assumptions = changes.Aggregate(TimingAssumptions.None, static (assumed, change) => change.Apply(assumed));
        int bankFactor = changes.Aggregate(1, static (factor, change) => factor * change.BankFactor);
        var setting = new CallSetting(DspConfiguration.FromBankBytes(banks.Dram0Bytes * bankFactor, banks.Dram1Bytes * bankFactor), mode, assumptions);
        return network.Calls.Sum(call => CyclePredictor.Predict(call, setting, coefficients)?.NowCycles ?? 0);
    }
}
