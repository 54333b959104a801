using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>Where the driver put the tensors of a convolution in system memory.</summary>
/// <param name="Input">int8 <c>[N, C, H, W]</c>.</param>
/// <param name="Weights">int8 <c>[OC, C, KH, KW]</c>.</param>
/// <param name="Biases">int32 kernel biases, one per output channel.</param>
/// <param name="OutputScales">uint16 multipliers, one per output channel; null where one serves the tensor.</param>
/// <param name="Output">int8 <c>[N, OC, OH, OW]</c>.</param>
/// <param name="Requantization">The integers of the layer.</param>
internal sealed record Conv2dOperands(
    MemoryBuffer Input, MemoryBuffer Weights, MemoryBuffer Biases, MemoryBuffer? OutputScales, MemoryBuffer Output, Requantization Requantization);
