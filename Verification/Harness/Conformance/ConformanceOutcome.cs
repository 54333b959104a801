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
        && EndToEnd.All(static result => result.IsProven)
        && Adversarial.All(static row => row.Harmed == 0);

    /// <summary>What adversarial schedules did; empty when none were asked for.</summary>
    public IReadOnlyList<AdversarialRow> Adversarial { get; init; } = [];

    /// <summary>Every hazard of the cases, once per call and bank setting: the rules do not depend on when transfers land.</summary>
    public IReadOnlyList<FoundHazard> FoundHazards =>
    [
        .. from result in Cases
           group result by (result.Case.Golden, result.Case.Bank) into landings
           let one = landings.First()
           from hazard in one.Hazards
           select new FoundHazard(one.Case.Golden.Network, one.Case.Golden.Call.Name, one.Case.Golden.Call.LayerKey, one.Case.Bank.Label, ChoiceList.NameOf(one.Case.Variant), hazard),
    ];
}
