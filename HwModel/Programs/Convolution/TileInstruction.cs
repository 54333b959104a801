namespace TileProof.HwModel.Programs.Convolution;

/// <summary>One instruction of a free program: the same list is executed on the machine and priced on the timeline.</summary>
/// <param name="Operation">What to do.</param>
/// <param name="Step">For which kernel call.</param>
/// <param name="Buffers">With which of the buffers.</param>
/// <param name="Channel">On which DMA channel.</param>
/// <param name="OutstandingCount">For a wait: transfers that may stay under way.</param>
internal readonly record struct TileInstruction(TileOperation Operation, TileStep Step, TileBufferChoice Buffers, int Channel, int OutstandingCount);
