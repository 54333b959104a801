namespace TileProof.Verification.TimingCalibration;

/// <summary>How well calls are predicted that a fit has not seen.</summary>
/// <param name="HeldOut">What was left out, such as <c>resnet50</c> or a layer.</param>
/// <param name="Observations">The calls left out.</param>
/// <param name="RelativeErrors">(modelled - published) / published of each, in the same order.</param>
public sealed record HeldOutResult(string HeldOut, IReadOnlyList<CycleObservation> Observations, IReadOnlyList<double> RelativeErrors);
