namespace TileProof.Golden.Export.Pte;

/// <summary>Something that a flatbuffer refers to by offset: a table, a vector or a text.</summary>
internal abstract class FlatObject;
