namespace TileProof.Verification.TimingCalibration;

/// <summary>How well calls are predicted that a fit has not seen.</summary>
/// <param name="HeldOut">What was left out, such as a run or a layer.</param>
/// <param name="Observations">The calls left out.</param>
/// <param name="RelativeErrors">(modelled - published) / published of each without prints, in the same order.</param>
public sealed record HeldOutResult(string HeldOut, IReadOnlyList<CycleObservation> Observations, IReadOnlyList<double> RelativeErrors);
