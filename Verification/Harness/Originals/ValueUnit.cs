namespace TileProof.Verification.Originals;

/// <summary>What the difference of two values is counted in.</summary>
public enum ValueUnit
{
    /// <summary>Quantization levels.</summary>
    Level,

    /// <summary>Units in the last place of the largest magnitude of the original value: <c>2^(exponent - 23)</c>.</summary>
    Ulp,
}
