namespace TileProof.Golden.Quantization;

/// <summary>What every call has: its position and its name.</summary>
internal readonly record struct CallHeader(int Index, string Name);
