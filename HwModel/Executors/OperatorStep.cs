using System.Collections.Immutable;
using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>One call of a kernel other than the tiled convolutions on a chunk or a tile.</summary>
/// <param name="Call">The operator call.</param>
/// <param name="Path">The path that the call takes.</param>
/// <param name="Kernel">The kernel, such as <c>quantize</c>.</param>
/// <param name="Tile">Image, channel tile or chunk, row tile.</param>
/// <param name="ElementCount">Output elements that this step makes; for a fully connected layer, the products that it sums.</param>
/// <param name="Reads">Every byte range it may read.</param>
/// <param name="Writes">Every byte range it writes.</param>
public sealed record OperatorStep(
    OperatorCall Call,
    OperatorPath Path,
    string Kernel,
    TileCoordinates Tile,
    int ElementCount,
    ImmutableArray<StridedRegion> Reads,
    ImmutableArray<StridedRegion> Writes)
    : ComputeStep(Kernel, Tile, Reads, Writes);
