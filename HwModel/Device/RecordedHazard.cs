using TileProof.HwModel.Hazards;

namespace TileProof.HwModel.Device;

/// <summary>A rule that a recorded program broke, with the instructions concerned.</summary>
/// <param name="Hazard">The rule, the bytes and the words.</param>
/// <param name="Instruction">The number of the instruction that broke it.</param>
/// <param name="Origin">Where it comes from; null for the driver's part.</param>
/// <param name="Address">Its return address; 0 for the return of the entry.</param>
/// <param name="Other">The number of the transfer that it collides with; null where there is none.</param>
/// <param name="OtherOrigin">Where that one was issued.</param>
/// <param name="OtherChannel">Its channel.</param>
public sealed record RecordedHazard(Hazard Hazard, int Instruction, SourceOrigin? Origin, uint Address, int? Other, SourceOrigin? OtherOrigin, int? OtherChannel)
{
    /// <summary>The hazard, its line, and the line of the transfer that it collides with.</summary>
    public override string ToString() => $"{Hazard}{(Origin is null ? "" : $"; at {Origin}")}{(OtherOrigin is null ? "" : $"; issued at {OtherOrigin}")}";
}
