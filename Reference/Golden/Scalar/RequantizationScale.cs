namespace TileProof.Golden.Scalar;

/// <summary>The float factor that the driver forms from a Q31 multiplier and a power of two.</summary>
internal static class RequantizationScale
{
    /// <summary><c>float(multiplier) * 2^(shift - 31)</c>; only the conversion of the multiplier rounds.</summary>
    /// <remarks>Source: operator contract, section 6a.</remarks>
    public static float FromMultiplier(int multiplier, int shift) => MathF.ScaleB(multiplier, shift - 31);
}
