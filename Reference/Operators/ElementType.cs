namespace TileProof.Operators;

/// <summary>The element type of a tensor in system memory.</summary>
public enum ElementType
{
    /// <summary>Signed 8-bit integer, one byte an element.</summary>
    Int8,

    /// <summary>IEEE single precision, four bytes an element, little-endian.</summary>
    Float32,
}
