using TileProof.HwModel.Timing;

namespace TileProof.Verification.TimingCalibration;

/// <summary>A free coefficient of the fit.</summary>
/// <param name="Name">A readable name.</param>
/// <param name="Core">The core term, or null.</param>
/// <param name="Modes">The modes that share a memory term; empty for other terms.</param>
/// <param name="Memory">The memory term, or null.</param>
/// <param name="Run">The run or runs of an instrument term, or null.</param>
/// <param name="Instrument">The instrument term, or null.</param>
public sealed record Parameter(
    string Name, CoreTerm? Core = null, IReadOnlyList<MachineMode>? Modes = null, MemoryTerm? Memory = null, string? Run = null, InstrumentTerm? Instrument = null)
{
    /// <summary>The same coefficients with this one changed; an instrument term changes none.</summary>
    public CostCoefficients Apply(CostCoefficients coefficients, double cycles)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        if (Core is { } core)
        {
            return coefficients.With(core, cycles);
        }

        return (Modes ?? []).Aggregate(coefficients, (changed, mode) => changed.With(mode, Memory!.Value, cycles));
    }

    /// <summary>Its value in a set of coefficients; 0 for an instrument term.</summary>
    public double ValueIn(CostCoefficients coefficients)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        return Core is { } core ? coefficients[core] : Memory is { } memory ? coefficients[Modes![0], memory] : 0;
    }

    /// <summary>How often a call takes this coefficient; 0 for an instrument term, which no program counts.</summary>
    public double CountIn(TermCounts counts, MachineMode mode)
    {
        ArgumentNullException.ThrowIfNull(counts);
        return Core is { } core ? counts[core] : Memory is { } memory && Modes!.Contains(mode) ? counts[memory] : 0;
    }
}
