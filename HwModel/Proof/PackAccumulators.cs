using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Proof;

/// <summary>Packs accumulators to bytes.</summary>
/// <param name="constants">Shifts, multiplier and limits.</param>
/// <param name="accumulators">Accumulators, 16 or more.</param>
/// <param name="output">Receives one output an accumulator.</param>
public delegate void PackAccumulators(OutputConstants constants, ReadOnlySpan<int> accumulators, Span<byte> output);
