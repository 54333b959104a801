namespace TileProof.HwModel.VectorCore;

/// <summary>The float factor that the rectifier and the fully connected layer form from a Q31 multiplier and a power of two.</summary>
internal static class RescalingFactor
{
    /// <summary><c>float(multiplier) / 2^31 * 2^shift</c>; only the conversion of the multiplier rounds (operator contract, section 6a).</summary>
    public static float Of(int multiplier, int shift) => (float)Math.ScaleB((double)(float)multiplier, shift - 31);
}
