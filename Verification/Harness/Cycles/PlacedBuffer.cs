namespace TileProof.Verification.Cycles;

/// <summary>A buffer of a program in a local bank.</summary>
/// <param name="Bank">The bank, from 0.</param>
/// <param name="OffsetBytes">Its first byte, from the start of the bank.</param>
/// <param name="LengthBytes">The bytes asked for, without alignment.</param>
/// <param name="Label">What it holds, such as <c>input ping</c>.</param>
public sealed record PlacedBuffer(int Bank, int OffsetBytes, int LengthBytes, string Label);
