using System.Globalization;
using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.Verification.Device;

/// <summary>Tries waits: the program runs again with a wait put before a line, and is judged again. Only what helps is offered.</summary>
internal sealed class MendTrials
{
    private const int LargestTrialCount = 12;

    private readonly HashSet<(string Place, int Channel)> tried = [];

    /// <summary>The causes that explain hazards of a case, the strongest first; places that an earlier case tried are not tried again.</summary>
    /// <param name="session">The case.</param>
    /// <param name="hazards">Its hazards.</param>
    /// <param name="differingBytes">Bytes that differ with landings at the wait.</param>
    /// <param name="countDiffering">Bytes of a run that differ from the golden.</param>
    /// <param name="findings">Told what mends a line.</param>
    public IReadOnlyList<string> Try(
        DeviceSession session, IReadOnlyList<RecordedHazard> hazards, int differingBytes, Func<DeviceRun, int> countDiffering, DeviceFindings findings)
    {
        Candidate[] candidates =
        [
            .. hazards.Where(static hazard => hazard.OtherChannel is not null)
                .GroupBy(static hazard => (Place: DeviceFindings.PlaceOf(hazard.Origin), Channel: hazard.OtherChannel!.Value))
                .Select(static group => new Candidate(
                    group.Key.Place, group.Key.Channel, [.. group.Select(hazard => new DeviceMend(hazard.Address, group.Key.Channel)).Distinct()], group.First().OtherOrigin, group.Count()))
                .OrderByDescending(static candidate => candidate.HazardCount),
        ];
        if (candidates.Length == 0 || candidates.All(candidate => tried.Contains((candidate.Place, candidate.Channel))))
        {
            return [];
        }

        var causes = new List<string>();
        var kept = new List<DeviceMend>();
        int left = hazards.Count;
        int wrong = differingBytes;
        foreach (Candidate candidate in candidates.Take(LargestTrialCount))
        {
            tried.Add((candidate.Place, candidate.Channel));
            DeviceMend[] waits = [.. kept, .. candidate.Waits];
            if (left == 0 || waits.Length > 32)
            {
                break;
            }

            (int hazardsThen, int wrongThen) = Judge(session, waits, countDiffering);
            if (hazardsThen < 0 || hazardsThen >= left || wrongThen > wrong)
            {
                continue;
            }

            string outcome = hazardsThen == 0 && wrongThen == 0 ? "tried: no hazard, bytes equal"
                : string.Create(CultureInfo.InvariantCulture, $"tried: {hazardsThen} hazards and {wrongThen:N0} wrong bytes are left");
            string mend = string.Create(CultureInfo.InvariantCulture, $"wait for channel {candidate.Channel} before {candidate.Place} ({outcome})");
            causes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"no wait on channel {candidate.Channel} before {candidate.Place} explains {left - hazardsThen} of {hazards.Count} hazards and {wrong - wrongThen:N0} of {differingBytes:N0} wrong bytes; {mend}"));
            findings.Mend(candidate.Place, candidate.Channel, mend);
            kept.AddRange(candidate.Waits);
            (left, wrong) = (hazardsThen, wrongThen);
        }

        return causes;
    }

    private static (int Hazards, int DifferingBytes) Judge(DeviceSession session, DeviceMend[] waits, Func<DeviceRun, int> countDiffering)
    {
        DeviceRun run = session.Run(new DeviceRunSettings { Landing = LandingKind.AtWait, Mends = waits });
        if (run.Fault != DeviceFaultKind.None || run.Status != 0)
        {
            return (-1, 0);
        }

        DspConfiguration machine = session.Machine;
        return (RecordedCheck.Check(ProgramRecorder.Record(run), machine).Count, countDiffering(run));
    }

    private sealed record Candidate(string Place, int Channel, DeviceMend[] Waits, SourceOrigin? Issued, int HazardCount);
}
