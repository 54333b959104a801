namespace TileProof.Verification.Export;

/// <summary>The forms that test vectors are written in.</summary>
[Flags]
public enum VectorFormats
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>One NumPy file per tensor, and <c>params.json</c>.</summary>
    Npy = 1,

    /// <summary>The folders that <c>verify --vectors</c> reads: raw bytes and <c>params.json</c>; convolutions with a tiled kernel, one weight scale and a batch of 1 only.</summary>
    Bin = 2,

    /// <summary>One C header per layer with all tensors as arrays.</summary>
    C = 4,

    /// <summary>All of them.</summary>
    All = Npy | Bin | C,
}
