namespace TileProof.Verification.Caching;

/// <summary>What a setting is part of the cache key of.</summary>
public enum KeyPart
{
    /// <summary>Goldens, cases and whole networks: what every setting is part of that does not say otherwise.</summary>
    Everything,

    /// <summary>Cases and whole networks; no golden depends on it.</summary>
    Cases,

    /// <summary>No key: it chooses or shows results, and changes none.</summary>
    Nothing,
}
