namespace TileProof.Verification.Cycles;

/// <summary>Bytes in use of both local banks from a moment on.</summary>
/// <param name="AtCycles">The moment.</param>
/// <param name="Dram0Bytes">In DRAM0.</param>
/// <param name="Dram1Bytes">In DRAM1.</param>
public readonly record struct BankOccupancy(double AtCycles, long Dram0Bytes, long Dram1Bytes);
