using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TileProof.Verification.Files;

namespace TileProof.Verification.Fuzzing;

/// <summary>Writes what a campaign found: from its totals alone, so that parts that were done apart give the report of one run.</summary>
public static partial class FuzzReport
{
    /// <summary>The file of a failure in its folder.</summary>
    public const string CaseFileName = "case.json";

    /// <summary>Writes <c>fuzz.csv</c>, <c>fuzz_failures.csv</c>, <c>fuzz.json</c>, <c>fuzz.md</c>, and a folder for each failure.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="options">The campaign; of its part nothing is written.</param>
    /// <param name="totals">What it found.</param>
    /// <exception cref="UserInputException">A file cannot be written.</exception>
    public static void Write(ReportFolder folder, FuzzOptions options, FuzzTotals totals)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(totals);
        try
        {
            folder.WriteTogether(() => WriteAll(folder, options, totals));
        }
        catch (UserInputException)
        {
            DeleteEmptyFolders(folder);
            throw;
        }
    }

    /// <summary>Deletes the folders of failures that hold nothing: a run that is killed, or whose disk is full, has made them and put no file into place.</summary>
    /// <param name="folder">The output folder; no other run writes it.</param>
    public static void DeleteEmptyFolders(ReportFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            foreach (string path in Directory.EnumerateDirectories(folder.FolderPath, "fuzz-*").Where(static path => FailureFolder().IsMatch(Path.GetFileName(path))))
            {
                DeleteIfEmpty(Path.Combine(path, FuzzRecording.FolderName));
                DeleteIfEmpty(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Writing into the folder says what is wrong with it.
        }
    }

    private static void DeleteIfEmpty(string path)
    {
        if (!Directory.Exists(path) || new DirectoryInfo(path).LinkTarget is not null)
        {
            return;
        }

        TemporaryFiles.DeleteAbandoned(path);
        if (!Directory.EnumerateFileSystemEntries(path).Any())
        {
            Directory.Delete(path);
        }
    }

    private static void WriteAll(ReportFolder folder, FuzzOptions options, FuzzTotals totals)
    {
        folder.WriteCsv("fuzz.csv", RowsOf(options, totals));
        folder.WriteCsv("fuzz_failures.csv", totals.ReportedFailures.Select(static failure => new FuzzFailureRow(failure.Index, failure.Finding.Kind.ToString(), failure.Finding.Detail, FolderOf(failure))));
        var json = new StringWriter { NewLine = "\n" };
        JsonTable.Write(json, ToJson(options, totals));
        folder.WriteText("fuzz.json", json.ToString());
        folder.WriteText("fuzz.md", Describe(options, totals, folder.FolderPath));
        foreach (FuzzFailure failure in totals.ReportedFailures)
        {
            WriteFailure(folder.FolderPath, failure);
        }
    }

    /// <summary>The result for machines.</summary>
    public static JsonObject ToJson(FuzzOptions options, FuzzTotals totals)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(totals);
        return new JsonObject
        {
            ["proven"] = ExitCodeOf(totals) == ExitCode.Proven,
            ["version"] = VersionInfo.ToolVersion,
            ["seed"] = options.Seed,
            ["from"] = options.From,
            ["cases"] = totals.Cases,
            ["failures"] = JsonTable.Of(totals.ReportedFailures.Select(static failure => new FuzzFailureRow(failure.Index, failure.Finding.Kind.ToString(), failure.Finding.Detail, FolderOf(failure)))),
            ["reached"] = JsonTable.Of(RowsOf(options, totals)),
        };
    }

    /// <summary>The result for people: verdict, failures with the command that replays each, what was reached and what was not.</summary>
    /// <param name="options">The campaign.</param>
    /// <param name="totals">What it found.</param>
    /// <param name="folder">The output folder.</param>
    public static string Describe(FuzzOptions options, FuzzTotals totals, string folder)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(totals);
        var text = new StringBuilder();
        string verdict = totals.Cases == 0 ? "no case ran" : totals.Failures.Count == 0 ? "nothing is wrong" : totals.Failures.Count == 1 ? "1 fails" : $"{totals.Failures.Count.ToString(CultureInfo.InvariantCulture)} fail";
        text.Append(CultureInfo.InvariantCulture, $"# Fuzz campaign: {Counted.Of(totals.Cases, "cases")} of seed {options.Seed} from {options.From}: {verdict}\n\n");
        foreach (FuzzFailure failure in totals.ReportedFailures)
        {
            text.Append(CultureInfo.InvariantCulture, $"* case {failure.Index}: {failure.Finding.Kind}: {failure.Finding.Detail}\n");
            text.Append(CultureInfo.InvariantCulture, $"  `tileproof verify --case {Path.Combine(folder, FolderOf(failure), CaseFileName)}{ProgramsOf(options, failure)}`\n");
            text.Append(CultureInfo.InvariantCulture, $"  {FuzzRecording.Describe(failure, Path.Combine(folder, FolderOf(failure)))}\n");
        }

        text.Append(totals.Failures.Count > 0 ? "\n" : "");
        var table = new MarkdownTable(text, "reached", "cases");
        foreach (IGrouping<string, FuzzPoint> group in FuzzCoverage.CatalogOf(options).GroupBy(static point => point.Group))
        {
            FuzzPoint[] points = [.. group.Where(point => totals.Coverage[point] > 0)];
            table.Row($"{group.Key} ({points.Length} of {group.Count()}) | {string.Join(", ", points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.Name} {totals.Coverage[point]}")))}");
        }

        string[] missed = [.. totals.Coverage.MissedOf(options).Select(static point => $"{point.Group}: {point.Name}")];
        text.Append(CultureInfo.InvariantCulture, $"\nNever reached: {(missed.Length == 0 ? "nothing" : string.Join("; ", missed))}.\n");
        return text.ToString();
    }

    /// <summary>The exit code of a campaign: proven where cases ran and none shows anything.</summary>
    public static int ExitCodeOf(FuzzTotals totals)
    {
        ArgumentNullException.ThrowIfNull(totals);
        return totals.Cases > 0 && totals.Failures.Count == 0 ? ExitCode.Proven : ExitCode.NotProven;
    }

    private static IEnumerable<FuzzCoverageRow> RowsOf(FuzzOptions options, FuzzTotals totals) =>
        FuzzCoverage.CatalogOf(options).Select(point => new FuzzCoverageRow(point.Group, point.Name, totals.Coverage[point]));

    /// <summary>The option that replays a finding in a compiled program.</summary>
    private static string ProgramsOf(FuzzOptions options, FuzzFailure failure) =>
        failure.Finding.Kind == FuzzFindingKind.CompiledProgramDiffers && options.Programs.FirstOrDefault(program => failure.Finding.Detail.Contains($"{program.Name}: ", StringComparison.Ordinal)) is { } program
            ? $" --programs {program.File}"
            : "";

    [GeneratedRegex("^fuzz-[0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex FailureFolder();

    private static string FolderOf(FuzzFailure failure) => string.Create(CultureInfo.InvariantCulture, $"fuzz-{failure.Index}");

    private static void WriteFailure(string outputFolder, FuzzFailure failure)
    {
        string folder = ReportFolder.Open(Path.Combine(outputFolder, FolderOf(failure))).FolderPath;
        AtomicFile.WriteText(Path.Combine(folder, CaseFileName), failure.Case);
        FuzzRecording.Write(failure, folder);
    }
}
