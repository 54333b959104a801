namespace TileProof.Golden.Onnx;

/// <summary>The element types this project reads and writes, with the numbers of the ONNX specification.</summary>
public enum OnnxElementType
{
    /// <summary>IEEE single precision.</summary>
    Float32 = 1,

    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 2,

    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 3,

    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 6,

    /// <summary>Signed 64-bit integer.</summary>
    Int64 = 7,

    /// <summary>IEEE double precision.</summary>
    Float64 = 11,
}
