using TileProof.Operators;
using TileProof.Verification.Comparison;

namespace TileProof.Verification.Sharding.Records;

/// <summary>A <see cref="Mismatch"/> as it is written down.</summary>
internal sealed record MismatchRecord(int N, int C, int Y, int X, double Expected, double Actual)
{
    public static MismatchRecord? Of(Mismatch? mismatch) =>
        mismatch is { Index: var at } ? new(at.N, at.C, at.Y, at.X, mismatch.Expected, mismatch.Actual) : null;

    public Mismatch ToMismatch() => new(new TensorIndex(N, C, Y, X), Expected, Actual);
}
