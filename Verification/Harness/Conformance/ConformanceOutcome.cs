namespace TileProof.Verification;

/// <summary>Everything that a conformance run found.</summary>
/// <param name="Goldens">Every call that was selected, in order of network and call.</param>
/// <param name="Cases">Every case, in the order of the matrix.</param>
/// <param name="EndToEnd">Every whole network run; empty when single layers were selected.</param>
public sealed record ConformanceOutcome(IReadOnlyList<GoldenCall> Goldens, IReadOnlyList<CaseResult> Cases, IReadOnlyList<EndToEndResult> EndToEnd)
{
    /// <summary>Whether every engine agrees and every byte is equal.</summary>
    public bool IsProven =>
        Goldens.All(static golden => golden.IsAgreed)
        && Cases.All(static result => result.IsProven)
        && EndToEnd.All(static result => result.DifferingElements == 0);
}
