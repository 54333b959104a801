using TileProof.Verification.Accuracy;
using TileProof.Verification.ContinuousIntegration;
using TileProof.Verification.Cycles;
using TileProof.Verification.Files;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;
using TileProof.Verification.Originals;
using TileProof.Verification.Proof;

namespace TileProof.Verification.Conformance;

/// <summary>The stage of a conformance run that reports: tables, summary and what people read, all from one verdict.</summary>
public sealed record ConformanceReports
{
    private const int PrintedFailures = 5;

    /// <summary>What the run found.</summary>
    public required ConformanceOutcome Outcome { get; init; }

    /// <summary>Versions of the tool, the runtime and the golden engine.</summary>
    public required string Versions { get; init; }

    /// <summary>Settings that determine the result.</summary>
    public required string Settings { get; init; }

    /// <summary>The golden engines and their devices, which change no result.</summary>
    public required string Engines { get; init; }

    /// <summary>The predicted cycles of the networks.</summary>
    public IReadOnlyList<NetworkCycles> Cycles { get; init; } = [];

    /// <summary>The accuracy of the networks that have a float form; empty when none was measured.</summary>
    public IReadOnlyList<NetworkAccuracy> Accuracies { get; init; } = [];

    /// <summary>Writes the reports, prints the first failures and the verdict line, and returns the verdict.</summary>
    /// <exception cref="UserInputException">A report cannot be written.</exception>
    public Verdict Publish(ReportFolder folder, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(output);
        Verdict verdict = Outcome.Verdict;
        WriteTables(folder, cancellation);
        string run = RunFileOf(verdict).ToJson();
        folder.WriteText(RunFile.FileName, run);
        folder.WriteText(
            "summary.md",
            SummaryReport.Write(Outcome, verdict, Versions, $"{Settings}; {Engines}")
                + (Outcome.Options.Layers.Count == 0 ? NetworkCycles.Describe(Cycles) : "")
                + (Accuracies.Count > 0 ? NetworkAccuracy.Describe(Accuracies) : ""));
        IEnumerable<string> failures = Outcome.Cases.Where(static one => !one.IsProven).Select(SummaryReport.DescribeFailure)
            .Concat(Outcome.EndToEnd.Where(static run => !run.IsProven).Select(SummaryReport.DescribeFailure))
            .Concat(Outcome.Goldens.Where(static golden => !golden.IsAgreed).Select(SummaryReport.DescribeDisagreement))
            .Concat(Outcome.Goldens.Where(static golden => golden.OverflowCount > 0).Select(AccumulatorReport.Describe))
            .Concat(Outcome.Proofs.Where(static proof => proof.IsWrong).Select(ProofReport.Describe))
            .Concat(Outcome.Proofs.Where(static proof => proof.Arithmetic is { Difference: not null }).DistinctBy(static proof => proof.Golden).Select(ProofReport.DescribeArithmetic))
            .Concat(Outcome.Originals.Where(static result => result.Unlike > 0).Select(OriginalReport.DescribeFirst));
        if (Outcome.Options.JUnitFile is { } junit)
        {
            AtomicFile.WriteText(junit, JUnitReport.Write(Outcome, verdict));
        }

        if (Outcome.Options.PrintsJson)
        {
            output.Write(run);
            return verdict;
        }

        foreach (string failure in failures.Take(PrintedFailures))
        {
            output.WriteLine(failure);
        }

        output.WriteLine(verdict.Line);
        output.WriteLine($"reports: {folder.PathOf("summary.md")}");
        if (Outcome.Options.AnnotatesForGitHub)
        {
            GitHubAnnotations.Write(output, failures.Select(static failure => ((string?)null, 0, failure)));
        }

        return verdict;
    }

    private RunFile RunFileOf(Verdict verdict) => new()
    {
        Versions = Versions,
        Settings = Settings,
        Engines = Engines,
        Networks = [.. Outcome.Goldens.Select(static golden => golden.Network).Distinct(StringComparer.Ordinal)],
        Banks = [.. Outcome.Options.Banks.Select(static bank => bank.Label)],
        Landings = [.. Outcome.Options.Landings.Select(ChoiceList.NameOf)],
        Proven = verdict.IsProven,
        Extent = verdict.Extent,
        Clauses = verdict.Clauses,
        NotCovered = verdict.NotCovered,
    };

    private void WriteTables(ReportFolder folder, CancellationToken cancellation)
    {
        HashSet<(string, int)> selected = [.. Outcome.Goldens.Select(static golden => (golden.Network, golden.Call.Index))];
        List<Action> tables =
        [
            () => folder.WriteCsv("conformance.csv", Outcome.Cases.Select(ConformanceRow.Of)),
            () => folder.WriteCsv("calls.csv", CallRow.Of(Outcome, Cycles)),
            () => folder.WriteCsv("cycles.csv", Cycles.SelectMany(static network => network.Rows).Where(row => selected.Contains((row.Network, row.CallIndex)))),
            () => folder.WriteCsv("hazards.csv", Outcome.FoundHazards.Select(HazardRow.Of)),
            () => folder.WriteCsv("end_to_end.csv", Outcome.EndToEnd.Select(EndToEndRow.Of)),
        ];
        if (Outcome.Adversarial.Count > 0)
        {
            tables.Add(() => folder.WriteCsv("adversarial.csv", Outcome.Adversarial));
        }

        if (Outcome.Proofs.Count > 0)
        {
            tables.Add(() => folder.WriteCsv("proof.csv", Outcome.Proofs.Select(proof => ProofRow.Of(proof, Outcome.Options.Programs.Name))));
        }

        if (Outcome.Originals.Count > 0)
        {
            tables.Add(() => folder.WriteCsv("original.csv", Outcome.Originals.SelectMany(static result => result.Rows)));
        }

        if (Accuracies.Count > 0)
        {
            tables.Add(() => folder.WriteCsv("accuracy.csv", Accuracies.SelectMany(static accuracy => accuracy.Rows)));
        }

        Workers.ForEach(tables.Count, static _ => 0, index => tables[index](), cancellation);
    }
}
