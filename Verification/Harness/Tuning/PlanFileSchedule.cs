using System.Text.Json.Serialization;
using TileProof.HwModel.Planning;
using TileProof.Verification.Options;

namespace TileProof.Verification.Tuning;

/// <summary>The schedule of a layer in a plan file (see <see cref="TileSchedule"/>).</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PlanFileSchedule
{
    /// <summary><c>channels-outer</c> or <c>rows-outer</c>.</summary>
    public required string Order { get; init; }

    public required int InputBuffers { get; init; }

    public required int CoefficientBuffers { get; init; }

    public required int InputChannelsPerPass { get; init; }

    public required bool KeepsAllBiases { get; init; }

    public required int SecondCoefficientBank { get; init; }

    public required int PartialSumBank { get; init; }

    public static PlanFileSchedule Of(TileSchedule schedule) => new()
    {
        Order = ChoiceList.NameOf(schedule.Order),
        InputBuffers = schedule.InputBufferCount,
        CoefficientBuffers = schedule.CoefficientBufferCount,
        InputChannelsPerPass = schedule.InputChannelsPerPass,
        KeepsAllBiases = schedule.KeepsAllBiases,
        SecondCoefficientBank = schedule.SecondCoefficientBank,
        PartialSumBank = schedule.PartialSumBank,
    };
}
