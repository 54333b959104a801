namespace TileProof.Golden.Import.Pte;

/// <summary>The element types of the program format that the operators here use, with their public numbers.</summary>
internal enum PteScalarType
{
    UInt8 = 0,
    Int8 = 1,
    Int16 = 2,
    Int32 = 3,
    Int64 = 4,
    Float32 = 6,
    Float64 = 7,
    Bool = 11,
}
