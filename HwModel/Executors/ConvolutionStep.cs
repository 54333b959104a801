using System.Collections.Immutable;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>One call of a convolution kernel on a tile.</summary>
/// <param name="Plan">The plan that the tile belongs to.</param>
/// <param name="Tile">Which tile.</param>
/// <param name="ComputedRows">Output rows that the kernel computes; the 7x7 kernel computes a full tile even at the end.</param>
/// <param name="ComputedChannels">Output channels that the kernel computes.</param>
/// <param name="Reads">Input tile, coefficients, biases and scales.</param>
/// <param name="Writes">Output tile.</param>
public sealed record ConvolutionStep(
    Conv2dTilePlan Plan,
    TileCoordinates Tile,
    int ComputedRows,
    int ComputedChannels,
    ImmutableArray<StridedRegion> Reads,
    ImmutableArray<StridedRegion> Writes)
    : ComputeStep(Plan.Kernel, Tile, Reads, Writes)
{
    /// <summary>The geometry that the kernel sees: the layer's, or fewer input channels where they are summed in passes.</summary>
    public Conv2dShape KernelShape { get; init; } = Plan.Shape;
}
