using TileProof.HwModel.Proof;
using TileProof.Operators;

namespace TileProof.Verification.Sharding.Records;

/// <summary>A <see cref="ProgramProof"/> as it is written down.</summary>
internal sealed record ProofRecord(int WordCount, int WrongCount, int[]? FirstIndex, string? FirstTile, string? FirstExplanation, string? Fault)
{
    public static ProofRecord Of(ProgramProof proof) => new(
        proof.WordCount,
        proof.WrongCount,
        proof.First is { Index: var at } ? [at.N, at.C, at.Y, at.X] : null,
        proof.First?.Tile,
        proof.First?.Explanation,
        proof.Fault);

    public ProgramProof ToProof() => new(
        WordCount, WrongCount, FirstIndex is [var n, var c, var y, var x] ? new WordMismatch(new TensorIndex(n, c, y, x), FirstTile!, FirstExplanation!) : null, Fault);
}
