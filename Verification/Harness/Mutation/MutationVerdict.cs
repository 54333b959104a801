namespace TileProof.Verification.Mutation;

/// <summary>What became of a defect on a layer.</summary>
public enum MutationVerdict
{
    /// <summary>The output bytes differ under at least one landing policy.</summary>
    Numerics,

    /// <summary>The bytes are right, and a hazard rule is broken.</summary>
    HazardRule,

    /// <summary>Bytes and rules are right, and the totals that plans and cycles rest on differ.</summary>
    Snapshot,

    /// <summary>Bytes, rules and totals are right with this data, and the prover says for which they are not.</summary>
    Prover,

    /// <summary>The defect provably changes no output for any data and any timing.</summary>
    Equivalent,

    /// <summary>The layer has no place for the defect, such as a second tile.</summary>
    NotApplicable,

    /// <summary>The defect can change outputs of this layer, but not with this data: another layer or image has to show it.</summary>
    NotExercised,

    /// <summary>Not caught and not proven equivalent.</summary>
    Missed,
}
