namespace TileProof.HwModel.Planning;

/// <summary>A buffer that a tiled convolution asks for.</summary>
/// <param name="Label">What it holds.</param>
/// <param name="Bank">The bank, from 0.</param>
/// <param name="LengthBytes">Its bytes, rounded up to the allocation step.</param>
public readonly record struct PlannedBuffer(string Label, int Bank, long LengthBytes);
