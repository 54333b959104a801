using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Proof;

/// <summary>A transfer of words that is under way.</summary>
/// <param name="Number">The order of issue, from 0.</param>
/// <param name="Channel">0 or 1.</param>
/// <param name="Source">What is read.</param>
/// <param name="Destination">What is written.</param>
/// <param name="Label">What the transfer is for.</param>
/// <param name="Snapshot">The words of the source when the transfer was issued, row by row; null where a tensor has not changed since before the call.</param>
internal sealed record WordTransfer(int Number, int Channel, StridedRegion Source, StridedRegion Destination, TransferLabel Label, ulong[]? Snapshot);
