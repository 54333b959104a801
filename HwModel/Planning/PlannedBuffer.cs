namespace TileProof.HwModel.Planning;

/// <summary>A buffer that a tiled convolution asks for.</summary>
/// <param name="Label">What it holds.</param>
/// <param name="Bank">0 or 1.</param>
/// <param name="LengthBytes">Its bytes, rounded up to the allocation step of 64.</param>
public readonly record struct PlannedBuffer(string Label, int Bank, long LengthBytes);
