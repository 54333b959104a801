using System.Globalization;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Hazards;
using TileProof.Verification.Originals;
using TileProof.Verification.Proof;

namespace TileProof.Verification.Conformance;

/// <summary>What a conformance run says in the end. The printed line, the summary and the exit code all come from here.</summary>
public sealed record Verdict
{
    private Verdict(IReadOnlyList<VerdictClause> clauses, IReadOnlyList<string> notCovered, string extent)
    {
        Clauses = clauses;
        NotCovered = notCovered;
        Extent = extent;
    }

    /// <summary>Everything that must hold; a run is proven when all do.</summary>
    public IReadOnlyList<VerdictClause> Clauses { get; }

    /// <summary>What the run says nothing about, each in a few words; empty when the whole matrix of the networks ran.</summary>
    public IReadOnlyList<string> NotCovered { get; }

    /// <summary>How much ran, was kept from earlier runs, and was compared.</summary>
    public string Extent { get; }

    /// <summary>What decides nothing, a phrase each: whether accumulators wrap for other inputs, and how far the networks are from the files that they come from.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Whether every clause holds.</summary>
    public bool IsProven => Clauses.All(static clause => clause.Holds);

    /// <summary>The exit code of the run.</summary>
    public int ExitCode => IsProven ? Verification.ExitCode.Proven : Verification.ExitCode.NotProven;

    /// <summary>One line: whether it is proven, what was compared, and every clause with its count.</summary>
    public string Line
    {
        get
        {
            string counts = string.Join(", ", Clauses.Select(static clause => Counted.InThousands(clause.Count, clause.Name)));
            string limits = NotCovered.Count == 0 ? "" : $"; not covered: {string.Join("; ", NotCovered)}";
            return $"{(IsProven ? "proven" : "NOT proven")}: {Extent}, {counts}{string.Concat(Remarks.Select(static remark => $"; {remark}"))}{limits}";
        }
    }

    /// <summary>Judges what a run found.</summary>
    public static Verdict Of(ConformanceOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return new Verdict(ClausesOf(outcome), OmissionsOf(outcome), ExtentOf(outcome)) 
        {
            Remarks =
            [
                .. outcome.Originals.Select(OriginalReport.Distance).Prepend(ProofReport.DescribeRanges(outcome.Proofs)).OfType<string>(),
                .. outcome.Originals.SelectMany(OriginalReport.ChosenLevels),
            ],
        };
    }

    private static VerdictClause[] ClausesOf(ConformanceOutcome outcome)
    {
        CaseResult[] failedCases = [.. outcome.Cases.Where(static result => !result.IsProven)];
        EndToEndResult[] failedNetworks = [.. outcome.EndToEnd.Where(static result => !result.IsProven)];
        FoundHazard[] hazards = [.. outcome.FoundHazards.Where(static found => found.IsViolation)];
        GoldenCall[] disagreements = [.. outcome.Goldens.Where(static golden => !golden.IsAgreed)];
        AdversarialRow[] harmed = [.. outcome.Adversarial.Where(static row => row.Harmed > 0)];
        return
        [
            new("mismatches",
                outcome.Cases.Sum(static result => (long)result.Difference.DifferingElements) + outcome.EndToEnd.Sum(static result => result.DifferingElements),
                failedCases.FirstOrDefault(static result => !result.Difference.IsEqual) is { } unequal ? PlaceOf(unequal)
                    : failedNetworks.FirstOrDefault(static result => result.DifferingElements > 0) is { } network ? PlaceOf(network) : ""),
            new("hazards", hazards.Length, hazards.Length == 0 ? "" : $"{hazards[0].Network} {hazards[0].Call}{(hazards[0].IsEndToEnd ? " end to end" : "")}, banks {hazards[0].Bank}: {hazards[0].Hazard.Rule.Name}"),
            new("faults",
                outcome.Cases.Count(static result => result.Fault is not null) + outcome.EndToEnd.Count(static result => result.Fault is not null),
                failedCases.FirstOrDefault(static result => result.Fault is not null) is { } faulted ? PlaceOf(faulted)
                    : failedNetworks.FirstOrDefault(static result => result.Fault is not null) is { } stopped ? PlaceOf(stopped) : ""),
            new("failures",
                failedCases.Length + failedNetworks.Length,
                failedCases.Length > 0 ? PlaceOf(failedCases[0]) : failedNetworks.Length > 0 ? PlaceOf(failedNetworks[0]) : ""),
            new("disagreements between goldens",
                disagreements.Length, disagreements.Length == 0 ? "" : $"{disagreements[0].Network} {disagreements[0].Call.Name}"),
            new("accumulators that may wrap",
                outcome.Goldens.Sum(static golden => golden.OverflowCount),
                outcome.Goldens.FirstOrDefault(static golden => golden.OverflowCount > 0) is { } wrapping ? AccumulatorReport.Describe(wrapping) : ""),
            .. outcome.Proofs.Count == 0 ? (VerdictClause[])[] :
            [
                new("programs wrong for some input",
                    outcome.Proofs.Count(static proof => proof.IsWrong),
                    outcome.Proofs.FirstOrDefault(static proof => proof.IsWrong) is { } wrong ? $"{wrong.Golden.Network} {wrong.Golden.Call.Name}, banks {wrong.Bank}" : ""),
                new("calls whose arithmetic differs for some value",
                    outcome.Proofs.Where(static proof => proof.Arithmetic is { Difference: not null }).DistinctBy(static proof => proof.Golden).Count(),
                    outcome.Proofs.FirstOrDefault(static proof => proof.Arithmetic is { Difference: not null }) is { } differing ? $"{differing.Golden.Network} {differing.Golden.Call.Name}" : ""),
            ],
            .. outcome.Originals.Count == 0 ? (VerdictClause[])[] :
            [
                new("values unlike the original file",
                    outcome.Originals.Sum(static result => (long)result.Unlike),
                    outcome.Originals.FirstOrDefault(static result => result.Unlike > 0) is { } unlike ? OriginalReport.DescribeFirst(unlike) : ""),
            ],
            .. outcome.Adversarial.Count == 0 ? (VerdictClause[])[] :
            [
                new("harmed adversarial schedules",
                    outcome.Adversarial.Sum(static row => (long)row.Harmed),
                    harmed.Length == 0 ? "" : $"{harmed[0].Network} {harmed[0].Call}, banks {harmed[0].Bank}"),
            ],
        ];
    }

    private static string ExtentOf(ConformanceOutcome outcome)
    {
        int kept = outcome.Cases.Count(static result => result.IsKept) + outcome.EndToEnd.Count(static result => result.IsKept);
        int ran = outcome.Cases.Count + outcome.EndToEnd.Count - kept;
        long bytes = outcome.Cases.Sum(static result => (long)result.Difference.ComparedBytes) + outcome.EndToEnd.Sum(static result => result.ComparedBytes);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Counted.Of(outcome.Cases.Count, "cases")} and {Counted.Of(outcome.EndToEnd.Count, "whole networks")} ({ran} ran, {kept} kept from earlier runs), {Counted.InThousands(bytes, "bytes")} compared");
    }

    private static string[] OmissionsOf(ConformanceOutcome outcome)
    {
        OnnxFallbackCall[] onHost = [.. outcome.Goldens.Select(static golden => golden.Call).OfType<OnnxFallbackCall>()];
        int pairs = (outcome.Goldens.Count - onHost.Length) * outcome.Options.Banks.Count;
        int pairsWithCases = outcome.Cases.Select(static result => (result.Case.Golden, result.Case.Bank)).Distinct().Count();
        int generic = outcome.Goldens.Count(static golden => golden.Reference == NetworkGolden.GenericName);
        int constant = outcome.Goldens.Count(static golden => IsConstant(golden.Expected));
        string[] refused = [.. outcome.Originals.Where(static result => result.Refusal is not null).Select(static result => result.Network)];
        return
        [
            .. Phrase(onHost.Length, $"{Counted.Of(onHost.Length, "calls")} without a DSP program, which ONNX Runtime computes: {string.Join(", ", onHost.Select(static call => $"{call.Name} ({call.OperatorType})"))}"),
            .. Phrase(outcome.CallCount - outcome.Goldens.Count, $"{outcome.CallCount - outcome.Goldens.Count} of {Counted.Of(outcome.CallCount, "calls")} left out by --layers"),
            .. Phrase(pairs - pairsWithCases, $"{pairs - pairsWithCases} of {Counted.Of(pairs, "calls")} at a bank setting left out by --modes"),
            .. Phrase(generic, $"{Counted.Of(generic, "convolutions")} in the generic kernel, which has no tiles"),
            .. Phrase(outcome.EndToEnd.Count == 0 ? 1 : 0, $"whole networks end to end"),
            .. Phrase(refused.Length, $"{string.Join(" and ", refused)} against the original file, which ONNX Runtime does not run"),
            .. Phrase(outcome.Options.ProvesEveryInput ? 0 : 1, $"other inputs than the images of this run (--proof off)"),
            .. Phrase(constant, $"{Counted.Of(constant, "calls")} whose output is one constant on this image, which proves little"),
        ];
    }

    private static IEnumerable<string> Phrase(int count, FormattableString phrase) => count > 0 ? [phrase.ToString(CultureInfo.InvariantCulture)] : [];

    private static bool IsConstant(Tensor output)
    {
        int elementBytes = output.ElementType.SizeBytes();
        ReadOnlySpan<byte> bytes = output.Bytes;
        return bytes.Length > elementBytes && bytes[elementBytes..].SequenceEqual(bytes[..^elementBytes]);
    }

    private static string PlaceOf(CaseResult result) => $"{result.Case.Golden.Network} {result.Case.Golden.Call.Name}, banks {result.Case.Bank}";

    private static string PlaceOf(EndToEndResult result) => $"{result.Network} end to end, banks {result.Bank}";
}
