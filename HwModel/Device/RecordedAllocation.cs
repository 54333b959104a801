namespace TileProof.HwModel.Device;

/// <summary>A buffer that a recorded program named.</summary>
/// <param name="BeforeInstruction">The instruction that it was named before.</param>
/// <param name="Buffer">Its number.</param>
/// <param name="Origin">Where; null for a variable of a bank.</param>
public sealed record RecordedAllocation(int BeforeInstruction, int Buffer, SourceOrigin? Origin);
