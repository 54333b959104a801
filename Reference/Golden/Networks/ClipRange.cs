namespace TileProof.Golden.Networks;

/// <summary>What a clip lets through: min(max(x, smallest), largest).</summary>
/// <param name="Smallest">The lower limit; may be -infinity.</param>
/// <param name="Largest">The upper limit; may be +infinity.</param>
public readonly record struct ClipRange(float Smallest, float Largest);
