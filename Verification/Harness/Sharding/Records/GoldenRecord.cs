using TileProof.Golden.Scalar;
using TileProof.Verification.Comparison;
using TileProof.Verification.Conformance;

namespace TileProof.Verification.Sharding.Records;

/// <summary>What the golden engines say of a call, as it is written down. The output itself is computed again where it is needed; its hash tells that it is the same.</summary>
internal sealed record GoldenRecord(string OutputHash, AgreementRecord[] Agreements, LevelDifferences? GenericLevels, ChannelOverflow[] Overflows)
{
    public static GoldenRecord Of(GoldenCall golden) => new(
        CaseResult.HashOf(golden.Expected), [.. golden.Agreements.Select(AgreementRecord.Of)], golden.GenericLevels, [.. golden.Overflows]);

    /// <summary>The same said of the reference of this process.</summary>
    /// <exception cref="UserInputException">The reference of the shard was another.</exception>
    public GoldenCall ToGolden(GoldenCall reference) => CaseResult.HashOf(reference.Expected) == OutputHash
        ? reference with { Agreements = [.. Agreements.Select(static agreement => agreement.ToAgreement())], GenericLevels = GenericLevels, Overflows = Overflows }
        : throw new UserInputException($"the golden of {reference.Network} {reference.Call.Name} is {OutputHash} in a shard and {CaseResult.HashOf(reference.Expected)} here: {reference.Reference} computes something else on that machine");
}
