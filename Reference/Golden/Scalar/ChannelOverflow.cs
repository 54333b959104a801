namespace TileProof.Golden.Scalar;

/// <summary>Accumulators of one output channel of a call that leave the range of the hardware on the inputs of a run.</summary>
/// <param name="Channel">The output channel.</param>
/// <param name="Count">Output elements whose exact accumulator does not fit.</param>
/// <param name="LargestExcess">How far the furthest of them lies beyond the range, 1 or more.</param>
public sealed record ChannelOverflow(int Channel, long Count, long LargestExcess);
