namespace TileProof.Verification.Classification;

/// <summary>One step of the list of layers to keep in float.</summary>
/// <param name="Layer">The layer that is kept in float from here on.</param>
/// <param name="Top1">Images right with it and those before in float.</param>
/// <param name="SqnrDecibels">Signal to noise of the outputs then, in dB.</param>
public sealed record KeptLayer(string Layer, int Top1, double SqnrDecibels);
