using System.Globalization;
using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.Verification.Device;

/// <summary>Tries waits: the program runs again with a wait put before a line, and is judged again. Only what helps is offered.</summary>
internal sealed class MendTrials
{
    private const int LargestCandidateCount = 10;
    private const int LargestWaitCount = 32;

    private readonly HashSet<(string Place, int Channel)> tried = [];

    /// <summary>The causes that explain hazards of a case, the strongest first; where earlier cases tried the same places, nothing is tried again.</summary>
    /// <param name="name">The name of the case.</param>
    /// <param name="session">The case.</param>
    /// <param name="hazards">Its hazards.</param>
    /// <param name="differingBytes">Bytes that differ with landings at the wait.</param>
    /// <param name="countDiffering">Bytes of a run that differ from the golden.</param>
    /// <param name="findings">Told what mends a line.</param>
    public IReadOnlyList<DeviceCause> Try(
        string name, DeviceSession session, IReadOnlyList<RecordedHazard> hazards, int differingBytes, Func<DeviceRun, int> countDiffering, DeviceFindings findings)
    {
        List<Candidate> candidates =
        [
            .. hazards.Where(static hazard => hazard.OtherChannel is not null)
                .GroupBy(static hazard => (Place: DeviceFindings.PlaceOf(hazard.Origin), Channel: hazard.OtherChannel!.Value))
                .Select(static group => new Candidate(group.Key.Place, group.Key.Channel, [.. group.Select(hazard => new DeviceMend(hazard.Address, group.Key.Channel)).Distinct()]))
                .Take(LargestCandidateCount),
        ];
        if (candidates.Count == 0 || !candidates.Exists(candidate => tried.Add((candidate.Place, candidate.Channel))))
        {
            return [];
        }

        var chosen = new List<(Candidate Candidate, int Hazards, int Bytes)>();
        (int left, int wrong) = (hazards.Count, differingBytes);

        // One wait alone may make other bytes wrong; what is explained is what all waits so far have taken away.
        int unexplained = differingBytes;
        while (left > 0 && candidates.Count > 0)
        {
            DeviceMend[] kept = [.. chosen.SelectMany(static one => one.Candidate.Waits)];
            (Candidate Candidate, int Hazards, int Bytes)[] judged =
            [
                .. candidates.Where(candidate => kept.Length + candidate.Waits.Length <= LargestWaitCount)
                    .Select(candidate => Judge(session, [.. kept, .. candidate.Waits], countDiffering) is { Hazards: >= 0 } then ? (candidate, then.Hazards, then.DifferingBytes) : (candidate, int.MaxValue, 0))
                    .OrderBy(static one => one.Item2).ThenBy(static one => one.Item3),
            ];
            if (judged.Length == 0 || judged[0].Hazards >= left)
            {
                break;
            }

            int still = Math.Min(unexplained, judged[0].Bytes);
            chosen.Add((judged[0].Candidate, left - judged[0].Hazards, unexplained - still));
            (left, wrong, unexplained) = (judged[0].Hazards, judged[0].Bytes, still);
            candidates.Remove(judged[0].Candidate);
        }

        bool isMended = left == 0 && wrong == 0;
        string outcome = isMended
            ? chosen.Count == 1 ? "tried: no hazard, bytes equal" : string.Create(CultureInfo.InvariantCulture, $"tried with all {chosen.Count} waits: no hazard, bytes equal")
            : string.Create(CultureInfo.InvariantCulture, $"no wait mends it: {left} hazards and {wrong:N0} wrong bytes are left");
        var causes = new List<DeviceCause>();
        foreach ((Candidate candidate, int explained, int bytes) in chosen)
        {
            causes.Add(new DeviceCause(candidate.Place, candidate.Channel, outcome, explained, hazards.Count, bytes, differingBytes, name));
            if (isMended)
            {
                findings.Mend(candidate.Place, candidate.Channel, $"wait for channel {candidate.Channel} before {candidate.Place} ({outcome})");
            }
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

    private sealed record Candidate(string Place, int Channel, DeviceMend[] Waits);
}
