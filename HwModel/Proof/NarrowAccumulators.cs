namespace TileProof.HwModel.Proof;

/// <summary>The first stage of a requantization: what 16 bits hold of consecutive accumulators.</summary>
/// <param name="accumulatorShift">The first right shift, 0..23.</param>
/// <param name="firstAccumulator">The first accumulator.</param>
/// <param name="narrowed">Receives one value an accumulator.</param>
public delegate void NarrowAccumulators(int accumulatorShift, int firstAccumulator, Span<short> narrowed);
