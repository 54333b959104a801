using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Hazards;

/// <summary>A region with the ends that every rule asks for, worked out once an operation.</summary>
internal readonly struct TouchedRegion(in StridedRegion region)
{
    public readonly StridedRegion Region = region;

    public readonly MemorySpace Space = region.Buffer.Space;

    /// <summary>The first byte in the memory space.</summary>
    public readonly long Start = region.StartInSpace;

    /// <summary>One past the last byte; <see cref="Start"/> for an empty region.</summary>
    public readonly long End = region.EndInSpace;

    public bool IsEmpty => Start == End;

    public MemoryBuffer Buffer => Region.Buffer;

    /// <summary>The first bytes that two regions have in common; null when there are none.</summary>
    public (long Start, long End)? Overlap(in TouchedRegion other) =>
        Start < other.End && other.Start < End && Space == other.Space && !IsEmpty && !other.IsEmpty ? ByteRuns.Overlap(Region, other.Region) : null;
}
