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
}
