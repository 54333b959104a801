using TileProof.Verification.Proof;

namespace TileProof.Verification.Sharding.Records;

/// <summary>An <see cref="ArithmeticProof"/> as it is written down; without scope for a requantization.</summary>
internal sealed record ArithmeticRecord(string? Scope, long ComparedValues, long ReachableAccumulators, int ChangePoints, string? Difference)
{
    public static ArithmeticRecord Of(ArithmeticProof proof) => proof is RequantizationProof requantization
        ? new(null, requantization.Accumulators, requantization.ReachableAccumulators, requantization.ChangePoints, requantization.Difference)
        : new(proof.Scope, proof.ComparedValues, 0, proof.ChangePoints, proof.Difference);

    public ArithmeticProof ToProof() => Scope is null
        ? new RequantizationProof(ComparedValues, ReachableAccumulators, ChangePoints, Difference)
        : new ElementwiseProof(Scope, ComparedValues, ChangePoints, Difference);
}
