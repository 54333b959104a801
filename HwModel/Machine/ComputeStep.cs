using System.Collections.Immutable;

namespace TileProof.HwModel.Machine;

/// <summary>One computation of the core: what it reads and writes, named before it runs.</summary>
/// <param name="Kernel">The kernel, such as <c>3x3j1d1</c>.</param>
/// <param name="Tile">The tile it works on.</param>
/// <param name="Reads">Every byte range it may read.</param>
/// <param name="Writes">Every byte range it writes.</param>
public record ComputeStep(string Kernel, TileCoordinates Tile, ImmutableArray<StridedRegion> Reads, ImmutableArray<StridedRegion> Writes)
{
    /// <summary>Every range starts at a multiple of this; 1 where the kernel takes any address.</summary>
    public int AlignmentBytes { get; init; } = 1;
}
