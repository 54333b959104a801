using TileProof.HwModel.Device;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Timing;
using TileProof.Verification.Conformance;
using TileProof.Verification.Html;

namespace TileProof.Verification.Device;

/// <summary>The timeline of a recorded program at a bank setting, and what its lines cost.</summary>
/// <param name="Case">What ran.</param>
/// <param name="Cycles">Predicted cycles.</param>
/// <param name="Timeline">The picture.</param>
/// <param name="Lines">The lines that the core's time goes to, the dearest first: the place, cycles of work, and cycles of waiting.</param>
internal sealed record DevicePicture(DeviceCaseResult Case, double Cycles, HtmlText Timeline, IReadOnlyList<(string Place, double WorkCycles, double WaitCycles)> Lines)
{
    /// <summary>Layers whose timeline is shown for what they cost.</summary>
    public const int DearestLayers = 3;

    /// <summary>Timelines that are shown for their hazards.</summary>
    public const int MostHazardTimelines = 18;

    private const int MostLines = 12;

    /// <summary>The name of its place on a page.</summary>
    public string Place => PlaceOf(Case.Rows[0].Network, Case.Golden.Call.Index, Case.Bank.Label);

    /// <summary>The name of the place of the timeline of a call.</summary>
    public static string PlaceOf(string network, int index, string bank) => FormattableString.Invariant($"timeline-{network}-{index}-{bank}").Replace(' ', '-');

    /// <summary>The picture of a case that ran to its end and whose schedule has a price; null for others.</summary>
    /// <param name="result">The case.</param>
    /// <param name="linkOf">The place that explains a finding; null for none.</param>
    public static DevicePicture? Of(DeviceCaseResult result, Func<RecordedHazard, string?> linkOf)
    {
        if (result is not { Program: { } program, Cycles: [{ PredictedCycles: not null }, ..] })
        {
            return null;
        }

        DspConfiguration machine = CaseMatrix.ConfigurationFor(result.Bank);
        RecordedTiming timing = RecordedTiming.Of(program, result.Golden.Call, result.Bank.Coefficients, LayerBars.Mode, recordSpans: true);
        Dictionary<string, string?> links = result.Hazards.GroupBy(static hazard => hazard.ToString()).ToDictionary(static same => same.Key, same => linkOf(same.First()));
        HtmlText timeline = TimelinePicture.Draw(
            timing.Timeline, DeviceTrace.OccupancyOf(program, timing, machine), DeviceTrace.InstantsOf(result.Hazards, timing), machine.Banks, instant => links[instant.Detail]);
        return new DevicePicture(result, timing.Timeline.NowCycles, timeline, LinesOf(timing));
    }

    private static (string Place, double WorkCycles, double WaitCycles)[] LinesOf(RecordedTiming timing) =>
    [
        .. timing.Timeline.Spans.Where(static span => span is { Track: TimelineTrack.Core, Origin.Length: > 0 })
            .GroupBy(static span => span.Origin, StringComparer.Ordinal)
            .Select(static line => (
                line.Key,
                line.Where(static span => CycleParts.ClassOf(span) != "fw").Sum(static span => span.EndCycles - span.StartCycles),
                line.Where(static span => CycleParts.ClassOf(span) == "fw").Sum(static span => span.EndCycles - span.StartCycles)))
            .OrderByDescending(static line => line.Item2 + line.Item3)
            .ThenBy(static line => line.Key, StringComparer.Ordinal)
            .Take(MostLines),
    ];
}
