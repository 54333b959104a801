using System.Globalization;
using System.Text;
using TileProof.Verification.Hazards;

namespace TileProof.Verification.Vectors;

/// <summary>What a run of recorded layers found, and its verdict.</summary>
/// <param name="Rows">One a layer and engine, for the simulated DSP one a bank setting and landing policy.</param>
/// <param name="Hazards">The broken rules of the simulated DSP.</param>
/// <param name="LeftOutCount">Layers and bank settings whose mode was not asked for.</param>
public sealed record VectorOutcome(IReadOnlyList<VectorRow> Rows, IReadOnlyList<FoundHazard> Hazards, int LeftOutCount)
{
    /// <summary>The engine whose programs are judged; the others compute without tiles.</summary>
    public const string DspName = "simulated-dsp";

    private const int PrintedFailures = 20;

    /// <summary>Runs of the simulated DSP.</summary>
    public int DspRunCount => Rows.Count(static row => row.Engine == DspName);

    /// <summary>Whether the simulated DSP ran, every engine has the recorded bytes, and no rule was broken.</summary>
    public bool IsProven => DspRunCount > 0 && Rows.All(static row => row.IsProven);

    /// <summary>The line that ends a run.</summary>
    public string Verdict
    {
        get
        {
            VectorRow[] dsp = [.. Rows.Where(static row => row.Engine == DspName)];
            int goldens = Rows.Count(static row => row.Engine != DspName && row.DifferingBytes > 0);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{(IsProven ? "proven" : "NOT proven")}: {Counted.Of(Rows.Select(static row => row.Layer).Distinct(StringComparer.Ordinal).Count(), "recorded layers")}, {Counted.Of(dsp.Length, "runs")} of the simulated DSP, {Counted.InThousands(dsp.Sum(static row => (long)row.BytesCompared), "bytes")} compared, {Counted.InThousands(dsp.Sum(static row => (long)row.DifferingBytes), "mismatches")}, {Counted.Of(dsp.Sum(static row => row.Hazards), "hazards")}, {Counted.Of(dsp.Count(static row => row.Fault.Length > 0), "faults")}, {Counted.Of(goldens, "golden results")} that {(goldens == 1 ? "differs" : "differ")} from the recording{(LeftOutCount == 0 ? "" : $"; left out by --modes: {LeftOutCount} layers and bank settings")}");
        }
    }

    /// <summary>The report for people: counts of every engine, what differs, and the verdict.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        foreach (IGrouping<string, VectorRow> run in Rows.GroupBy(static row => row.Bank.Length == 0 ? row.Engine : $"{row.Engine}, banks {row.Bank}, landing {row.Landing}"))
        {
            Line($"{run.Key}: {Counted.Of(run.Sum(static row => row.DifferingBytes), "differing bytes")} of {run.Sum(static row => row.BytesCompared):N0} in {Counted.Of(run.Count(), "layers")}");
        }

        VectorRow[] failures = [.. Rows.Where(static row => !row.IsProven)];
        foreach (VectorRow row in failures.Take(PrintedFailures))
        {
            Line($"{row.Layer} ({row.ConfigKey}), {row.Engine}{(row.Bank.Length == 0 ? "" : $", banks {row.Bank}, landing {row.Landing}")}: {ProblemOf(row)}");
        }

        if (failures.Length > PrintedFailures)
        {
            Line($"{failures.Length - PrintedFailures} more in vectors.csv");
        }

        return text.Append(Verdict).Append('\n').ToString();
    }

    /// <summary>A test a layer and engine; of the simulated DSP one a bank setting.</summary>
    public IEnumerable<(string Suite, string Name, string? Failure)> Tests => Rows
        .GroupBy(static row => (Suite: row.Bank.Length == 0 ? row.Engine : $"{row.Engine}, banks {row.Bank}", row.Layer))
        .Select(static test => (test.Key.Suite, test.Key.Layer, test.Where(static row => !row.IsProven).Select(ProblemOf).FirstOrDefault()));

    private static string ProblemOf(VectorRow row) => string.Join("; ", new[]
    {
        row.DifferingBytes == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $"{row.DifferingBytes} bytes differ, first at {row.FirstMismatch}: expected {row.Expected}, actual {row.Actual}; equal/1/2/more levels {row.Levels}; {row.LikelyCause}{(row.Explanation.Length == 0 ? "" : $"; diagnosis: {row.Explanation}")}"),
        row.Hazards == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(row.Hazards, "kinds of hazard")}, see vectors_hazards.csv"),
        row.Fault.Length == 0 ? "" : $"stopped: {row.Fault}",
    }.Where(static problem => problem.Length > 0));
}
