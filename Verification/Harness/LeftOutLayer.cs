namespace TileProof.Verification;

/// <summary>A layer that the published tables have no plan for.</summary>
/// <param name="Operator"><c>convolution</c> or <c>max pooling</c>.</param>
/// <param name="ConfigKey">Its layer key.</param>
/// <param name="Groups">Groups of a convolution; 1 for a pooling.</param>
/// <param name="Reason">Why, and what computes it instead.</param>
public sealed record LeftOutLayer(string Operator, string ConfigKey, int Groups, string Reason);
