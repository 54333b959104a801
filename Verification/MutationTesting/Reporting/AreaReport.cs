using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TileProof.MutationTesting.Areas;

namespace TileProof.MutationTesting.Reporting;

/// <summary>How well the tests of an area notice mistakes.</summary>
/// <param name="Area">The area.</param>
/// <param name="Mutants">Its mutants, in the order of the files.</param>
/// <param name="DroppedCount">Further mutants that do not compile.</param>
/// <param name="TestCount">How many tests were to notice.</param>
/// <param name="UselessTests">Those of them that were skipped, or failed without any mutant.</param>
/// <param name="KnownKeys">The keys of all mutants of the area, tried or not.</param>
public sealed record AreaReport(Area Area, IReadOnlyList<ReportedMutant> Mutants, int DroppedCount, int TestCount, IReadOnlyList<string> UselessTests, IReadOnlySet<string> KnownKeys)
{
    /// <summary>The part of the mutants that must be noticed, in percent.</summary>
    public const double WantedPercent = 90;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>How many were noticed.</summary>
    public int KilledCount => Mutants.Count(static mutant => !mutant.HasSurvived);

    /// <summary>The survivors that have no reason to be.</summary>
    public IEnumerable<ReportedMutant> Survivors => Mutants.Where(static mutant => mutant.HasSurvived && mutant.AcceptedFor is null);

    /// <summary>The noticed part of those that can be noticed, in percent.</summary>
    public double Percent => KilledCount + Survivors.Count() is var count && count == 0 ? 100 : 100.0 * KilledCount / count;

    /// <summary>Accepted survivors that do not exist any more, or were noticed after all.</summary>
    public IEnumerable<string> StaleAcceptances => Area.Accepted.Keys
        .Where(key => !KnownKeys.Contains(key) || Mutants.Any(mutant => mutant.Mutant.Key == key && !mutant.HasSurvived))
        .Order(StringComparer.Ordinal);

    /// <summary>Whether enough were noticed and the accepted survivors are up to date.</summary>
    public bool IsGoodEnough => Percent >= WantedPercent && !StaleAcceptances.Any();

    /// <summary>The report as text: the score in one line, then the survivors as differences.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        int accepted = Mutants.Count(static mutant => mutant.HasSurvived && mutant.AcceptedFor is not null);
        text.Append(CultureInfo.InvariantCulture, $"{Area.Name}: {Percent:F1} % of mutants noticed ({KilledCount} of {Mutants.Count - accepted}; ")
            .Append(CultureInfo.InvariantCulture, $"{accepted} accepted survivors, {DroppedCount} that do not compile; {TestCount} tests, {UselessTests.Count} of no use)\n");
        foreach (string test in UselessTests)
        {
            text.Append(CultureInfo.InvariantCulture, $"  of no use: {test.ReplaceLineEndings(" ")}\n");
        }

        foreach (ReportedMutant survivor in Survivors)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {survivor.Mutant.File}:{survivor.Mutant.Line} {(survivor.Status == Running.MutantStatus.NotCovered ? "not reached by a test" : "survived")}\n")
                .Append(CultureInfo.InvariantCulture, $"    - {survivor.Mutant.Before}\n    + {survivor.Mutant.After}\n");
        }

        foreach (string key in StaleAcceptances)
        {
            text.Append(CultureInfo.InvariantCulture, $"  accepted, but noticed or gone; take it off the list: {key}\n");
        }

        return text.ToString();
    }

    /// <summary>Writes the report as <c>report.txt</c> and <c>report.json</c>.</summary>
    /// <param name="folder">The folder for both.</param>
    public void Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "report.txt"), Text());
        File.WriteAllText(Path.Combine(folder, "report.json"), JsonSerializer.Serialize(new { Area = Area.Name, Percent, KilledCount, Mutants }, Json));
    }
}
