using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;

namespace TileProof.HwModel.Timing;

/// <summary>Where and how a call runs.</summary>
/// <param name="Machine">The machine; programs are priced as rewritten for it.</param>
/// <param name="Mode">How much of the memory system counts.</param>
public sealed record CallSetting(DspConfiguration Machine, MachineMode Mode)
{
    /// <summary>Whether programs may use the local banks; else they take the cache path.</summary>
    public bool UsesBanks { get; init; } = true;

    /// <summary>The programs.</summary>
    public ProgramLibrary Programs { get; init; } = ProgramLibrary.Assumed(ProgramAssumptions.Measured);

    /// <summary>The plans of convolutions, made for the banks.</summary>
    public ConvolutionPlans Plans { get; init; } = ConvolutionPlans.Published;

    /// <summary>Assumed changes of the machine.</summary>
    public TimingAssumptions Assumptions { get; init; } = TimingAssumptions.None;

    /// <summary>The plan that a convolution runs with.</summary>
    public Conv2dTilePlan PlanOf(Operators.Conv2dShape shape) => Plans.PlanOf(shape, Machine, UsesBanks);
}
