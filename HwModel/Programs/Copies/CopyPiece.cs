namespace TileProof.HwModel.Programs.Copies;

/// <summary>A part of a copied value that goes through a buffer. Regions have no buffer yet.</summary>
/// <param name="Input">The number of the input.</param>
/// <param name="Source">What is read of it; null where the piece is all padding.</param>
/// <param name="Loaded">Where that goes in the buffer.</param>
/// <param name="Stored">What is stored of the buffer.</param>
/// <param name="Target">Where that goes in the output.</param>
/// <param name="BufferBytes">Bytes that the piece takes of the buffer.</param>
/// <param name="Fill">What the core writes over the buffer before; null for nothing.</param>
internal sealed record CopyPiece(int Input, ProgramRegion? Source, ProgramRegion Loaded, ProgramRegion Stored, ProgramRegion Target, int BufferBytes, byte? Fill);
