namespace TileProof.Operators;

/// <summary>Facts about element types.</summary>
public static class ElementTypeExtensions
{
    /// <summary>The bytes of one element.</summary>
    public static int SizeBytes(this ElementType elementType) => elementType switch
    {
        ElementType.Int8 => sizeof(sbyte),
        ElementType.Float32 => sizeof(float),
        _ => throw new ArgumentOutOfRangeException(nameof(elementType)),
    };
}
