namespace TileProof.Verification;

/// <summary>Everything that a conformance run found.</summary>
/// <param name="Goldens">Every call that was selected, in order of network and call.</param>
/// <param name="Cases">Every case, in the order of the matrix.</param>
/// <param name="EndToEnd">Every whole network run; empty when single layers were selected.</param>
public sealed record ConformanceOutcome(IReadOnlyList<GoldenCall> Goldens, IReadOnlyList<CaseResult> Cases, IReadOnlyList<EndToEndResult> EndToEnd)
{
    /// <summary>What the run says in the end.</summary>
    public Verdict Verdict => Verdict.Of(this);

    /// <summary>Calls of the networks that the options left out.</summary>
    public int SkippedCalls { get; init; }

    /// <summary>What adversarial schedules did; empty when none were asked for.</summary>
    public IReadOnlyList<AdversarialRow> Adversarial { get; init; } = [];

    /// <summary>Every hazard, once per call and bank setting, and once per whole network and bank setting: the rules do not depend on when transfers land.</summary>
    public IReadOnlyList<FoundHazard> FoundHazards =>
    [
        .. from result in Cases
           group result by (result.Case.Golden, result.Case.Bank) into landings
           let one = landings.MaxBy(static result => result.Hazards.Count)!
           from hazard in one.Hazards
           select new FoundHazard(one.Case.Golden.Network, one.Case.Golden.Call.Name, one.Case.Golden.Call.LayerKey, one.Case.Bank.Label, ChoiceList.NameOf(one.Case.Variant), hazard),
        .. from result in EndToEnd
           group result by (result.Network, result.Bank) into landings
           let one = landings.MaxBy(static result => result.Hazards.Count)!
           from hazard in one.Hazards
           select new FoundHazard(one.Network, FoundHazard.EndToEndCall, hazard.Program, one.Bank.Label, ChoiceList.NameOf(one.Variant), hazard),
    ];
}
