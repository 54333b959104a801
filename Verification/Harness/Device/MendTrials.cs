using System.Globalization;
using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.Verification.Options;

namespace TileProof.Verification.Device;

/// <summary>Tries waits: the program runs again with a wait put before a line, and is judged again. Only what helps is offered.</summary>
/// <param name="hosts">Where programs run.</param>
/// <param name="options">Derivation and number of threads.</param>
/// <param name="cancellation">Stops between trials.</param>
internal sealed class MendTrials(DeviceHosts hosts, VerifyOptions options, CancellationToken cancellation)
{
    private const int LargestCandidateCount = 10;
    private const int LargestWaitCount = 32;

    private readonly HashSet<(string Place, int Channel)> tried = [];

    /// <summary>The causes that explain hazards of a case, the strongest first; where earlier cases tried the same places, nothing is tried again.</summary>
    /// <param name="build">The program.</param>
    /// <param name="result">The case.</param>
    /// <param name="findings">Told what mends a line.</param>
    public IReadOnlyList<DeviceCause> Try(DeviceBuild build, DeviceCaseResult result, DeviceFindings findings)
    {
        (string name, IReadOnlyList<RecordedHazard> hazards, int differingBytes) = (result.Name, result.Hazards, result.DifferingBytes);
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
            Candidate[] possible = [.. candidates.Where(candidate => kept.Length + candidate.Waits.Length <= LargestWaitCount)];
            var judged = new (Candidate Candidate, int Hazards, int Bytes)[possible.Length];
            Workers.ForEach(
                possible.Length,
                static _ => 1,
                i =>
                {
                    (int after, int differing) = Judge(build, result, [.. kept, .. possible[i].Waits]);
                    judged[i] = (possible[i], after, differing);
                },
                cancellation,
                options.ThreadCount);
            judged = [.. judged.OrderBy(static one => one.Hazards).ThenBy(static one => one.Bytes)];
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
            : string.Create(CultureInfo.InvariantCulture, $"no wait mends it: {Counted.Of(left, "hazards")} and {Counted.InThousands(wrong, "wrong bytes")} are left");
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

    /// <summary>What is left with some waits; no end of hazards where the program faults.</summary>
    private (int Hazards, int DifferingBytes) Judge(DeviceBuild build, DeviceCaseResult result, DeviceMend[] waits) => hosts.Use(host =>
    {
        using DeviceSession session = DeviceCaseRun.Open(build, result.Golden, result.Bank, options, host);
        DeviceRun run = session.Run(new DeviceRunSettings { Landing = LandingKind.AtWait, Mends = waits });
        return run.Fault != DeviceFaultKind.None || run.Status != 0
            ? (int.MaxValue, 0)
            : (RecordedCheck.Check(ProgramRecorder.Record(run), session.Machine).Count, DeviceCaseRun.ComparisonOf(build.Program, result.Golden, options).CountDiffering(run));
    });

    private sealed record Candidate(string Place, int Channel, DeviceMend[] Waits);
}
