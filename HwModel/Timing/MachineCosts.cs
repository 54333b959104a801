using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Timing;

/// <summary>How the costs of a machine differ from the calibrated ones.</summary>
public sealed record MachineCosts
{
    /// <summary>The calibrated machine.</summary>
    public static MachineCosts Calibrated { get; } = new();

    /// <summary>Bytes that a DMA channel moves in a cycle; null for the fitted figure.</summary>
    public double? BusBytesPerCycle { get; init; }

    /// <summary>Cycles from the issue of a transfer to its first byte; null for the fitted figure.</summary>
    public double? LatencyCycles { get; init; }

    /// <summary>The data cache.</summary>
    public DataCacheGeometry Cache { get; init; } = DataCacheGeometry.Published;

    /// <summary>The fitted costs on a machine.</summary>
    /// <remarks>A mode in which DMA moves bytes or begins for nothing stays so: its simulator models no memory.</remarks>
    public CostCoefficients ApplyTo(CostCoefficients fitted, DspConfiguration machine)
    {
        ArgumentNullException.ThrowIfNull(fitted);
        ArgumentNullException.ThrowIfNull(machine);
        CostCoefficients changed = fitted.ForMachine(machine.VectorBytes, machine.HasDataCache ? Cache : null);
        foreach (MachineMode mode in Enum.GetValues<MachineMode>())
        {
            changed = Changed(changed, mode, MemoryTerm.DmaByte, 1 / BusBytesPerCycle);
            changed = Changed(changed, mode, MemoryTerm.DmaStoreByte, 1 / BusBytesPerCycle);
            changed = Changed(changed, mode, MemoryTerm.DmaLatency, LatencyCycles);
        }

        return changed;
    }

    private static CostCoefficients Changed(CostCoefficients costs, MachineMode mode, MemoryTerm term, double? cycles) =>
        cycles is { } given && costs[mode, term] > 0 ? costs.With(mode, term, given) : costs;
}
