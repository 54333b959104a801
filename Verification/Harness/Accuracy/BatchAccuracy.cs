namespace TileProof.Verification.Accuracy;

/// <summary>What one batch of images adds to the accuracy of a network.</summary>
/// <param name="Variants">What it adds to each variant, in their order.</param>
/// <param name="OwnDecibels">Signal to noise in dB of every call by itself, in the order of the calls; null but for the first batch.</param>
internal sealed record BatchAccuracy(VariantSums[] Variants, double[]? OwnDecibels);
