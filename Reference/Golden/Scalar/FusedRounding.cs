namespace TileProof.Golden.Scalar;

/// <summary>The last steps of quantize and of the quantized rectifier.</summary>
internal static class FusedRounding
{
    /// <summary>Limits to -128..127, then rounds to the nearest integer, ties to even.</summary>
    public static sbyte ToInt8(float t)
    {
        float limited = float.MaxNumber(float.MinNumber(t, sbyte.MaxValue), sbyte.MinValue);
        return (sbyte)MathF.Round(limited, MidpointRounding.ToEven);
    }
}
