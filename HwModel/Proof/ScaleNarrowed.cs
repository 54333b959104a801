using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Proof;

/// <summary>The second stage of a requantization: the outputs of consecutive 16-bit values.</summary>
/// <param name="constants">Multiplier, second shift and limits.</param>
/// <param name="firstNarrowed">The first value.</param>
/// <param name="output">Receives one output a value.</param>
public delegate void ScaleNarrowed(OutputConstants constants, short firstNarrowed, Span<sbyte> output);
