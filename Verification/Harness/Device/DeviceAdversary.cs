using System.Globalization;
using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.Operators;
using TileProof.Verification.Conformance;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;

namespace TileProof.Verification.Device;

/// <summary>Runs a device program on machines that behave as badly as they may: landings, full rings and old memory contents vary.</summary>
internal static class DeviceAdversary
{
    /// <summary>Runs the schedules of one case.</summary>
    /// <param name="session">The case.</param>
    /// <param name="plain">The plain run, whose instructions every schedule must repeat.</param>
    /// <param name="arrivals">When transfers land by the cycle model.</param>
    /// <param name="golden">The call.</param>
    /// <param name="bank">The banks.</param>
    /// <param name="options">Number of schedules and seed.</param>
    /// <param name="countDiffering">Bytes of a run that differ from the golden.</param>
    public static AdversarialRow Run(
        DeviceSession session, DeviceRun plain, IReadOnlyList<int> arrivals, GoldenCall golden, BankSetting bank, VerifyOptions options, Func<DeviceRun, int> countDiffering)
    {
        int harmed = 0;
        string first = "";
        for (int number = 0; number < options.AdversarialSchedules; number++)
        {
            DeviceRunSettings schedule = ScheduleOf(number, options.LandingSeed, arrivals);
            DeviceRun run = session.Run(schedule);
            string harm = HarmOf(run, plain, session.Build.Program.TimeLimitMilliseconds, countDiffering);
            if (harm.Length == 0)
            {
                continue;
            }

            harmed++;
            first = first.Length > 0 ? first : string.Create(
                CultureInfo.InvariantCulture,
                $"landing {ChoiceList.NameOf(schedule.Landing)}{(schedule.Landing == LandingKind.Random ? $" with seed {schedule.Seed.ToString(CultureInfo.InvariantCulture)}" : "")}, a full ring {DeviceWords.Of(schedule.RingMode)}, poison 0x{schedule.Poison:X2}: {harm}");
        }

        return AdversarialRow.Of(golden, bank, options.AdversarialSchedules, harmed, first);
    }

    /// <summary>The first three land at issue, at the wait and at the modelled time, the others at random.</summary>
    private static DeviceRunSettings ScheduleOf(int number, int seed, IReadOnlyList<int> arrivals)
    {
        var random = new RandomSequence(CounterRandom.FromSeed(unchecked((ulong)seed)).Stream(number));
        return new DeviceRunSettings
        {
            Landing = number switch
            {
                0 => LandingKind.AtIssue,
                1 => LandingKind.AtWait,
                2 => LandingKind.Modelled,
                _ => LandingKind.Random,
            },
            Seed = random.Below(int.MaxValue),
            RingMode = (DeviceRingMode)(number % Enum.GetValues<DeviceRingMode>().Length),
            Poison = (byte)random.Below(256),
            Arrivals = arrivals,
        };
    }

    private static string HarmOf(DeviceRun run, DeviceRun plain, int timeLimitMilliseconds, Func<DeviceRun, int> countDiffering)
    {
        if (DeviceFaultText.Of(run, timeLimitMilliseconds) is { Length: > 0 } fault)
        {
            return fault;
        }

        return countDiffering(run) is > 0 and var differing ? string.Create(CultureInfo.InvariantCulture, $"{differing:N0} bytes differ")
            : run.DoesTheSameAs(plain) ? ""
            : "it did other instructions";
    }
}
