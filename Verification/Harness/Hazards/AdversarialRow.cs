using System.Globalization;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Verification.Hazards;

/// <summary>One row of <c>adversarial.csv</c>: one call at one bank setting under many schedules.</summary>
public sealed record AdversarialRow
{
    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>The name of the call.</summary>
    public required string Call { get; init; }

    /// <summary>The layer key.</summary>
    public required string ConfigKey { get; init; }

    /// <summary>The bank setting.</summary>
    public required string Bank { get; init; }

    /// <summary>Schedules that ran.</summary>
    public required int Schedules { get; init; }

    /// <summary>Schedules with other bytes, a broken rule or a fault.</summary>
    public required int Harmed { get; init; }

    /// <summary>The first of them; empty for none.</summary>
    public required string FirstHarmed { get; init; }

    /// <summary>Schedules that are one job at most: more of them are several, so that many processes can share the dearest call.</summary>
    internal const int SchedulesOfAJob = 100;

    /// <summary>The numbers of the first schedules of the jobs of a call.</summary>
    internal static IEnumerable<int> FirstSchedules(int schedules)
    {
        for (int first = 0; first < schedules; first += SchedulesOfAJob)
        {
            yield return first;
        }
    }

    /// <summary>Runs the schedules of one job of a call.</summary>
    /// <param name="golden">The call with its inputs.</param>
    /// <param name="bank">The bank setting.</param>
    /// <param name="first">The number of the first schedule.</param>
    /// <param name="options">Number of schedules, seed, derivation and version of the programs.</param>
    internal static AdversarialRow Run(GoldenCall golden, BankSetting bank, int first, VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(golden);
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<AdversarialResult> results = AdversarialRun.Execute(
            golden.Call,
            golden.Inputs,
            options.Derivation,
            CaseMatrix.RoutingFor(bank),
            CaseMatrix.ConfigurationFor(bank, options.Programs),
            Math.Min(SchedulesOfAJob, options.AdversarialSchedules - first),
            options.LandingSeed,
            options.PlansFor(bank),
            options.Programs,
            first);
        AdversarialResult[] harmed = [.. results.Where(static result => !result.IsUnharmed)];
        return Of(golden, bank, results.Count, harmed.Length, harmed.FirstOrDefault()?.Schedule.ToString() ?? "");
    }

    /// <summary>One row of the jobs of a call, in the order of their schedules.</summary>
    internal static AdversarialRow Of(IEnumerable<AdversarialRow> jobs)
    {
        AdversarialRow[] all = [.. jobs];
        return all[0] with
        {
            Schedules = all.Sum(static job => job.Schedules),
            Harmed = all.Sum(static job => job.Harmed),
            FirstHarmed = all.Select(static job => job.FirstHarmed).FirstOrDefault(static first => first.Length > 0, ""),
        };
    }

    /// <summary>The row of a call whose schedules have run.</summary>
    internal static AdversarialRow Of(GoldenCall golden, BankSetting bank, int schedules, int harmed, string firstHarmed) => new()
    {
        Network = golden.Network,
        Call = golden.Call.Name,
        ConfigKey = golden.Call.LayerKey,
        Bank = bank.Label,
        Schedules = schedules,
        Harmed = harmed,
        FirstHarmed = firstHarmed,
    };

    /// <summary>The section of the summary; empty when nothing ran.</summary>
    public static string WriteSummary(IReadOnlyList<AdversarialRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.Count == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $"\n## Adversarial schedules\n\n{Counted.InThousands(rows.Sum(static row => row.Schedules), "runs")} of {Counted.Of(rows.Count, "calls")} and bank settings with other landings, buffer places and old memory contents: {rows.Sum(static row => row.Harmed):N0} with other bytes, a broken rule or a fault.\n");
    }
}
