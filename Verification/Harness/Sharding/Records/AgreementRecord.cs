using TileProof.Verification.Conformance;

namespace TileProof.Verification.Sharding.Records;

/// <summary>A <see cref="GoldenAgreement"/> as it is written down.</summary>
internal sealed record AgreementRecord(string Engine, int Compared, int Differing, MismatchRecord? First, int ToleratedUlp, int OtherZeros)
{
    public static AgreementRecord Of(GoldenAgreement agreement) => new(
        agreement.Engine, agreement.ComparedElements, agreement.DifferingElements, MismatchRecord.Of(agreement.First), agreement.ToleratedUlp, agreement.OtherZeros);

    public GoldenAgreement ToAgreement() => new(Engine, Compared, Differing, First?.ToMismatch(), ToleratedUlp) { OtherZeros = OtherZeros };
}
