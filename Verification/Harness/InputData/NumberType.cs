namespace TileProof.Verification.InputData;

/// <summary>The type of the numbers in a file.</summary>
public enum NumberType
{
    /// <summary>8 bits without sign: read as x / 255, as in a picture.</summary>
    U8,

    /// <summary>8 bits with sign.</summary>
    I8,

    /// <summary>16 bits with sign.</summary>
    I16,

    /// <summary>32 bits with sign.</summary>
    I32,

    /// <summary>64 bits with sign.</summary>
    I64,

    /// <summary>Half precision.</summary>
    F16,

    /// <summary>Single precision.</summary>
    F32,

    /// <summary>Double precision.</summary>
    F64,
}
