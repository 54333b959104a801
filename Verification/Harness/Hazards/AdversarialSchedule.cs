using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;

namespace TileProof.Verification.Hazards;

/// <summary>One way the machine may behave that a correct program must not notice.</summary>
/// <param name="Landing">When transfers land.</param>
/// <param name="LandingSeed">The seed of a random landing.</param>
/// <param name="AllocationOrder">Where banks place buffers.</param>
/// <param name="PoisonByte">What memory holds before it is written.</param>
public sealed record AdversarialSchedule(LandingKind Landing, int LandingSeed, AllocationOrder AllocationOrder, byte PoisonByte)
{
    /// <inheritdoc/>
    public override string ToString() => $"landing {LandingPolicies.Create(Landing, LandingSeed).Name}, {AllocationOrder}, poison 0x{PoisonByte:X2}";
}
