namespace TileProof.Verification.Caching;

/// <summary>Takes a setting out of cache keys, with the reason. A setting without it is part of every key.</summary>
/// <param name="part">What it is still part of.</param>
/// <param name="reason">Why no other result depends on it.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CacheKeyAttribute(KeyPart part, string reason) : Attribute
{
    /// <summary>What the setting is part of.</summary>
    public KeyPart Part { get; } = part;

    /// <summary>Why nothing else depends on it.</summary>
    public string Reason { get; } = reason;
}
