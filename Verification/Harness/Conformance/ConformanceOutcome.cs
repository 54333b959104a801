using TileProof.Verification.Hazards;
using TileProof.Verification.Options;
using TileProof.Verification.Originals;
using TileProof.Verification.Proof;

namespace TileProof.Verification.Conformance;

/// <summary>Everything that a conformance run found.</summary>
/// <param name="Goldens">Every call that was selected, in order of network and call.</param>
/// <param name="Cases">Every case, in the order of the matrix.</param>
/// <param name="EndToEnd">Every whole network run; empty when single layers were selected.</param>
public sealed record ConformanceOutcome(IReadOnlyList<GoldenCall> Goldens, IReadOnlyList<CaseResult> Cases, IReadOnlyList<EndToEndResult> EndToEnd)
{
    /// <summary>What the run says in the end.</summary>
    public Verdict Verdict => Verdict.Of(this);

    /// <summary>What was asked for.</summary>
    public required VerifyOptions Options { get; init; }

    /// <summary>Calls of the networks, also those that the options left out.</summary>
    public required int CallCount { get; init; }

    /// <summary>The networks that come from ONNX files against those files.</summary>
    public IReadOnlyList<OriginalResult> Originals { get; init; } = [];

    /// <summary>What adversarial schedules did; empty when none were asked for.</summary>
    public IReadOnlyList<AdversarialRow> Adversarial { get; init; } = [];

    /// <summary>What is proven for every input, a call and bank setting each; empty where that was left out.</summary>
    public IReadOnlyList<CallProof> Proofs { get; init; } = [];

    /// <summary>
    /// Every hazard of the cases, once per call and bank setting, then every hazard of the whole networks, once per bank setting: the
    /// rules do not depend on when transfers land, and a landing under which a program reaches further adds what only it shows.
    /// </summary>
    public IReadOnlyList<FoundHazard> FoundHazards =>
    [
        .. from result in Cases
           group result by (result.Case.Golden, result.Case.Bank) into landings
           from found in landings.SelectMany(static result => result.FoundHazards).DistinctBy(static found => found.Kind)
           select found,
        .. from result in EndToEnd
           group result by (result.Network, result.Bank) into landings
           from found in landings.SelectMany(static result => result.Hazards).DistinctBy(static found => found.Kind)
           select found,
    ];
}
