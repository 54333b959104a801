using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TileProof.HwModel.Device;
using TileProof.Verification.ContinuousIntegration;
using TileProof.Verification.Files;
using TileProof.Verification.Hazards;
using TileProof.Verification.Html;
using TileProof.Verification.Options;

namespace TileProof.Verification.Device;

/// <summary>Writes what a run of a device program found: for people, as tables, as recorded programs and as SARIF.</summary>
internal static class DeviceReport
{
    private const int PrintedCount = 12;

    public static void Write(DeviceProgram program, DeviceOutcome outcome, VerifyOptions options, ReportFolder folder, TextWriter output)
    {
        folder.WriteCsv("device_cases.csv", outcome.Rows);
        folder.WriteCsv("device_cycles.csv", outcome.Cycles);
        folder.WriteText("device_findings.txt", Text(outcome));
        if (options.AdversarialSchedules > 0)
        {
            folder.WriteCsv("adversarial.csv", outcome.Adversarial);
        }

        foreach ((string layer, string bank, RecordedProgram recorded) in outcome.Programs)
        {
            folder.WriteText($"{layer}_{bank}.tileprogram.jsonl", RecordedProgramFile.Write(recorded));
        }

        if (options.SarifFile is { } sarif)
        {
            AtomicFile.WriteText(sarif, SarifReport.Write(outcome.Findings.All));
        }

        folder.WriteText(HtmlReport.FileName, DevicePage.Write(program, outcome, options));
        if (options.JUnitFile is { } junit)
        {
            AtomicFile.WriteText(junit, JUnitReport.Write(TestsOf(outcome)));
        }

        if (options.PrintsJson)
        {
            JsonTable.Write(output, JsonOf(program, outcome));
            return;
        }

        Print(program, outcome, output);
        if (options.AnnotatesForGitHub)
        {
            GitHubAnnotations.Write(output, outcome.Findings.All.Select(static finding => (finding.Origin?.Innermost.File, finding.Origin?.Innermost.Line ?? 0, finding.ToString())));
        }
    }

    /// <summary>A test a clause of the verdict, and a call and bank setting.</summary>
    private static IEnumerable<(string Suite, string Name, string? Failure)> TestsOf(DeviceOutcome outcome)
    {
        foreach ((string name, long count) in outcome.Clauses)
        {
            yield return ("verdict", $"no {name}", count == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{count:N0} {name}"));
        }

        foreach (var call in outcome.Rows.GroupBy(static row => (row.Network, row.Call, row.ConfigKey, row.Bank)))
        {
            DeviceCaseRow? wrong = call.FirstOrDefault(static row => !row.Proven);
            yield return (
                $"{call.Key.Network}, banks {call.Key.Bank}",
                $"{call.Key.Call} ({call.Key.ConfigKey})",
                wrong is null ? null
                    : wrong.Fault.Length > 0 ? wrong.Fault
                    : string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(wrong.Hazards, "kinds of hazard")}, {wrong.DifferingBytes:N0} bytes differ with landing {wrong.Landing}"));
        }
    }

    private static JsonObject JsonOf(DeviceProgram program, DeviceOutcome outcome) => new()
    {
        ["program"] = program.Name,
        ["proven"] = outcome.IsProven,
        ["verdict"] = VerdictOf(program, outcome),
        ["causes"] = JsonTable.Of(DeviceCause.Grouped(outcome.Causes)),
        ["findings"] = JsonOf(outcome.Findings.All),
        ["cases"] = JsonTable.Of(outcome.Rows),
        ["cycles"] = JsonTable.Of(outcome.Cycles),
        ["adversarial"] = JsonTable.Of(outcome.Adversarial),
    };

    /// <summary>Findings for machines.</summary>
    public static JsonNode JsonOf(IEnumerable<DeviceFinding> findings) => JsonTable.Of(findings.Select(static finding => new
    {
        finding.Rule,
        finding.Message,
        File = finding.Origin?.Innermost.File,
        finding.Origin?.Innermost.Line,
        Place = finding.Origin?.ToString(),
        IssuedAt = finding.OtherOrigin?.ToString(),
        Channel = finding.OtherChannel,
        finding.FirstCase,
        Cases = finding.CaseCount,
        finding.Occurrences,
        finding.Mend,
    }));

    private static string VerdictOf(DeviceProgram program, DeviceOutcome outcome) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(outcome.IsProven ? "proven" : "NOT proven")}: {program.Name}, {Counted.Of(outcome.CallCount, "calls")} at a bank setting in {Counted.Of(outcome.Rows.Count, "runs")}, {Counted.InThousands(outcome.Rows.Sum(static row => (long)row.ComparedBytes), "bytes")} compared, {outcome.Rows.Sum(static row => (long)row.DifferingBytes):N0} differ, {Counted.InThousands(outcome.Findings.All.Count(static finding => finding.Rule is not ("fault" or "wrong-bytes")), "hazards")} at lines, {Counted.InThousands(outcome.Findings.All.Count(static finding => finding.Rule == "fault"), "faults")}, {Counted.InThousands(outcome.Rows.Sum(static row => row.Checks), "accesses")} checked{(outcome.CallsWithoutEntry == 0 ? "" : $"; not covered: {Counted.Of(outcome.CallsWithoutEntry, "calls")} without an entry")}");

    private static string Text(DeviceOutcome outcome)
    {
        var text = new StringBuilder();
        foreach (string line in DeviceCause.Grouped(outcome.Causes).Select(static cause => $"cause: {cause}").Concat(outcome.Findings.All.Select(static finding => finding.ToString())))
        {
            text.Append(line).Append('\n');
        }

        return text.Length == 0 ? "nothing is wrong\n" : text.ToString();
    }

    private static void Print(DeviceProgram program, DeviceOutcome outcome, TextWriter output)
    {
        foreach (DeviceCause cause in DeviceCause.Grouped(outcome.Causes).Take(PrintedCount))
        {
            output.WriteLine($"cause: {cause}");
        }

        foreach (DeviceFinding finding in outcome.Findings.All.Take(PrintedCount))
        {
            output.WriteLine(finding.ToString());
        }

        int more = outcome.Findings.All.Count - PrintedCount;
        if (more > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"and {more} more in device_findings.txt"));
        }

        foreach (AdversarialRow harmed in outcome.Adversarial.Where(static row => row.Harmed > 0).Take(PrintedCount))
        {
            output.WriteLine($"schedules: {harmed.Call} {harmed.ConfigKey} at banks {harmed.Bank}: {harmed.Harmed} of {harmed.Schedules} harm it; the first: {harmed.FirstHarmed}");
        }

        foreach (string line in DeviceCycles.Describe(outcome.Cycles))
        {
            output.WriteLine(line);
        }

        if (outcome.Adversarial.Count > 0)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"adversarial: {Counted.InThousands(outcome.Adversarial.Sum(static row => row.Schedules), "schedules")} of {Counted.Of(outcome.Adversarial.Count, "cases")} with other landings, ring behaviours and old memory contents; {outcome.Adversarial.Sum(static row => row.Harmed):N0} with other bytes, other instructions or a fault"));
        }

        output.WriteLine(VerdictOf(program, outcome));
    }
}
