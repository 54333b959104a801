using TileProof.HwModel.Dma;
using TileProof.Verification.Conformance;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;

namespace TileProof.Verification.Sharding.Records;

/// <summary>A run of a whole network as it is written down.</summary>
internal sealed record EndToEndRecord
{
    public required long ComparedBytes { get; init; }

    public required long DifferingElements { get; init; }

    public required string FirstDifferingCall { get; init; }

    public required string OutputHash { get; init; }

    public MismatchRecord? First { get; init; }

    public string? Fault { get; init; }

    public required FoundHazardRecord[] Hazards { get; init; }

    public static EndToEndRecord Of(EndToEndResult result) => new()
    {
        ComparedBytes = result.ComparedBytes,
        DifferingElements = result.DifferingElements,
        FirstDifferingCall = result.FirstDifferingCall,
        OutputHash = result.OutputHash,
        First = MismatchRecord.Of(result.First),
        Fault = result.Fault,
        Hazards = [.. result.Hazards.Select(static found => new FoundHazardRecord(found.Call, found.Layer, HazardRecord.Of(found.Hazard)))],
    };

    public EndToEndResult ToResult(string network, BankSetting bank, LandingKind landing, string programs) =>
        new(network, bank, landing, ComparedBytes, DifferingElements, FirstDifferingCall, OutputHash)
        {
            First = First?.ToMismatch(),
            Fault = Fault,
            Hazards = [.. Hazards.Select(found => new FoundHazard(network, found.Call, found.Layer, bank.Label, programs, found.Hazard.ToHazard()) { IsEndToEnd = true })],
        };
}
