using TileProof.HwModel.Machine;

namespace TileProof.Verification.Cycles;

/// <summary>Bytes in use of the local banks from a moment on.</summary>
/// <param name="AtCycles">The moment.</param>
/// <param name="Banks">In each bank.</param>
public sealed record BankOccupancy(double AtCycles, BankBytes Banks);
