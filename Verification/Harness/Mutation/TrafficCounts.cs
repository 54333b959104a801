namespace TileProof.Verification.Mutation;

/// <summary>What a program did to the machine, in totals.</summary>
/// <param name="Channel0Transfers">Descriptors on channel 0.</param>
/// <param name="Channel0Bytes">Bytes that they move.</param>
/// <param name="Channel1Transfers">Descriptors on channel 1.</param>
/// <param name="Channel1Bytes">Bytes that they move.</param>
/// <param name="Channel0Waits">Waits for channel 0.</param>
/// <param name="Channel1Waits">Waits for channel 1.</param>
/// <param name="FilledBytes">Bytes that the core filled.</param>
/// <param name="Computations">Kernel calls.</param>
/// <param name="CacheMaintainedBytes">Bytes written back or invalidated.</param>
public readonly record struct TrafficCounts(
    long Channel0Transfers,
    long Channel0Bytes,
    long Channel1Transfers,
    long Channel1Bytes,
    long Channel0Waits,
    long Channel1Waits,
    long FilledBytes,
    long Computations,
    long CacheMaintainedBytes)
{
    /// <summary>Bytes that move by DMA.</summary>
    public long DmaBytes => Channel0Bytes + Channel1Bytes;
}
