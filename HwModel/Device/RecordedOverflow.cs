namespace TileProof.HwModel.Device;

/// <summary>A descriptor that was added to a task or a ring whose memory was full.</summary>
/// <param name="BeforeInstruction">The instruction that follows.</param>
/// <param name="Channel">The DMA channel.</param>
/// <param name="Capacity">Descriptors that there is room for.</param>
/// <param name="IsTask">Whether it is a task.</param>
/// <param name="Origin">Where it was added; null where no line is known.</param>
public sealed record RecordedOverflow(int BeforeInstruction, int Channel, int Capacity, bool IsTask, SourceOrigin? Origin);
