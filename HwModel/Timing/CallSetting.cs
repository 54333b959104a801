using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;

namespace TileProof.HwModel.Timing;

/// <summary>Where and how a call runs.</summary>
/// <param name="Banks">The local banks; null for the cache path.</param>
/// <param name="Mode">How much of the memory system counts.</param>
/// <param name="Assumptions">Assumed changes.</param>
public sealed record CallSetting(DspConfiguration? Banks, MachineMode Mode, TimingAssumptions Assumptions)
{
    /// <summary>The plans of convolutions, made for the banks.</summary>
    public ConvolutionPlans Plans { get; init; } = ConvolutionPlans.Published;

    /// <summary>The version of the programs, as far as it decides which convolutions have a tiled one.</summary>
    public ProgramLibrary Programs { get; init; } = ProgramLibrary.Corrected;
}
