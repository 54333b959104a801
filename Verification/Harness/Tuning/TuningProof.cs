using System.Globalization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;

namespace TileProof.Verification.Tuning;

/// <summary>Every tuned plan run on the simulated DSP, hazards on, against the golden.</summary>
public sealed class TuningProof
{
    private readonly ILookup<(string Network, BankSetting Bank, Conv2dTilePlan Plan), CaseResult> runs;

    private readonly ILookup<(string Network, BankSetting Bank, Conv2dTilePlan Plan), CaseResult> publishedRuns;

    /// <summary>Judges runs.</summary>
    /// <param name="results">See <see cref="Results"/>.</param>
    /// <param name="publishedResults">See <see cref="PublishedResults"/>.</param>
    public TuningProof(IReadOnlyList<CaseResult> results, IReadOnlyList<CaseResult> publishedResults)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(publishedResults);
        Results = results;
        PublishedResults = publishedResults;
        runs = results.ToLookup(KeyOf);
        publishedRuns = publishedResults.ToLookup(KeyOf);
    }

    /// <summary>All runs of the corrected programs.</summary>
    public IReadOnlyList<CaseResult> Results { get; }

    /// <summary>
    /// Runs of the published programs with improved plans that keep their loop structure, transfers landing at issue: those programs
    /// wait for almost nothing, whatever the plan, so only the bytes count here.
    /// </summary>
    public IReadOnlyList<CaseResult> PublishedResults { get; }

    /// <summary>Whether plans were run, every byte is equal, no rule was broken and the goldens agree.</summary>
    public bool IsProven =>
        Results.Count > 0
        && Results.All(static result => result.IsProven && result.Case.Golden.IsAgreed)
        && PublishedResults.All(static result => result.Difference.IsEqual && result.Fault is null);

    /// <summary>The exit code (see <see cref="ExitCode"/>).</summary>
    public int ExitCode => IsProven ? Verification.ExitCode.Proven : Verification.ExitCode.NotProven;

    /// <summary>One line: what was compared.</summary>
    public string Verdict
    {
        get
        {
            int disagreeing = Results.Where(static result => !result.Case.Golden.IsAgreed).Select(static result => result.Case.Golden).Distinct().Count();
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{(IsProven ? "proven" : "NOT proven")}: {Counted.InThousands(Results.Count, "runs")} of tuned plans, {CountsOf(Results)}, {Counted.InThousands(Results.Sum(static result => result.ViolationCount), "hazards")}, {FaultsOf(Results)}, {Counted.Of(disagreeing, "disagreements between goldens")}{PublishedVerdict}");
        }
    }

    private string PublishedVerdict => PublishedResults.Count == 0 ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $"; published programs with improved plans: {Counted.InThousands(PublishedResults.Count, "runs")}, {CountsOf(PublishedResults)}, {FaultsOf(PublishedResults)}, their missing waits not judged");

    /// <summary>The runs of a plan of a network; there is at least one.</summary>
    /// <exception cref="InvalidOperationException">The plan was not run, so that nothing may be reported of it.</exception>
    public IReadOnlyList<CaseResult> RunsOf(string network, BankSetting bank, Conv2dTilePlan plan) => runs.Contains((network, bank, plan))
        ? [.. runs[(network, bank, plan)]]
        : throw new InvalidOperationException($"{network}, layer {plan.Shape.ConfigKey}, banks {bank}: the plan {plan} was not run.");

    /// <summary>The same of the published programs; none where they do not run the plan, or where it is the published one.</summary>
    public IReadOnlyList<CaseResult> PublishedRunsOf(string network, BankSetting bank, Conv2dTilePlan plan) => [.. publishedRuns[(network, bank, plan)]];

    /// <summary>
    /// Runs the plans: at the settings of the options those of every machine mode with every call, at other bank sizes those of the chosen
    /// mode with one call of each geometry.
    /// </summary>
    /// <param name="goldens">The convolutions with a tiled kernel.</param>
    /// <param name="searches">Their plans.</param>
    /// <param name="options">Bank settings, landings and derivation.</param>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="cancellation">Stops the run.</param>
    public static TuningProof Run(
        IReadOnlyList<GoldenCall> goldens, ModeSearches searches, TuneOptions options, IProgressReporter progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(goldens);
        ArgumentNullException.ThrowIfNull(searches);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        (ConformanceCase[] cases, ConformanceCase[] publishedCases) = CasesOf(goldens, searches, options, options.Settings.Banks, ComparedOnly(options));
        return new TuningProof(
            RunCases("runs of tuned plans", cases, options, progress, cancellation),
            RunCases("runs of the published programs", publishedCases, options, progress, cancellation));
    }

    /// <summary>Bank settings that are compared in size only.</summary>
    internal static BankSetting[] ComparedOnly(TuneOptions options) =>
        options.ComparesBanks ? [.. BankSizeTable.BanksOf(options.Settings.Machine).Except(options.Settings.Banks)] : [];

    /// <summary>Runs the cases of one job, one after the other.</summary>
    internal static TuningProof RunInTurn(ConformanceCase[] cases, ConformanceCase[] publishedCases, TuneOptions options, CancellationToken cancellation)
    {
        return new TuningProof([.. cases.Select(Run)], [.. publishedCases.Select(Run)]);

        CaseResult Run(ConformanceCase one)
        {
            cancellation.ThrowIfCancellationRequested();
            return CaseResult.Run(one, options.Settings.LandingSeed);
        }
    }

    /// <summary>The cases that prove plans, in the order of their results.</summary>
    /// <param name="goldens">The convolutions with a tiled kernel.</param>
    /// <param name="searches">Their plans at the bank settings.</param>
    /// <param name="options">Landings and derivation.</param>
    /// <param name="banks">Bank settings whose plans are reported.</param>
    /// <param name="comparedOnly">Bank settings that are compared in size only.</param>
    internal static (ConformanceCase[] Cases, ConformanceCase[] PublishedCases) CasesOf(
        IReadOnlyList<GoldenCall> goldens, ModeSearches searches, TuneOptions options, IReadOnlyList<BankSetting> banks, IReadOnlyList<BankSetting> comparedOnly)
    {
        GoldenCall[] representatives = [.. goldens.DistinctBy(ShapeOf)];
        ConformanceCase[] cases =
        [
            .. from bank in banks
               from golden in goldens
               from plan in searches.BestPlans(bank, ShapeOf(golden))
               from landing in options.Landings
               select CaseOf(golden, bank, landing, plan),
            .. from bank in comparedOnly
               from golden in representatives
               from landing in options.Landings
               select CaseOf(golden, bank, landing, searches.Chosen[bank, ShapeOf(golden)].Best),
        ];
        ConformanceCase[] publishedCases =
        [
            .. cases.Where(one => one.Landing == options.Landings[0] && PlanOf(one) != searches.Chosen[one.Bank, ShapeOf(one.Golden)].Published)
                .Where(static one => PlanOf(one).RunsOnPublishedPrograms(CaseMatrix.ConfigurationFor(one.Bank)))
                .Select(static one => one with { Programs = ProgramLibrary.Published, Landing = LandingKind.AtIssue }),
        ];
        return (cases, publishedCases);

        ConformanceCase CaseOf(GoldenCall golden, BankSetting bank, LandingKind landing, Conv2dTilePlan plan) =>
            new(golden, bank, landing, options.Settings.Derivation) { Plans = new ConvolutionPlans([plan]) };
    }

    private static string CountsOf(IReadOnlyList<CaseResult> results) =>
        $"{Counted.InThousands(results.Sum(static result => (long)result.Difference.ComparedBytes), "bytes")} compared, {Counted.InThousands(results.Sum(static result => (long)result.Difference.DifferingElements), "mismatches")}";

    private static string FaultsOf(IReadOnlyList<CaseResult> results) => Counted.Of(results.Count(static result => result.Fault is not null), "faults");

    private static (string Network, BankSetting Bank, Conv2dTilePlan Plan) KeyOf(CaseResult result) =>
        (result.Case.Golden.Network, result.Case.Bank, PlanOf(result.Case));

    private static Conv2dShape ShapeOf(GoldenCall golden) => ((Conv2dCall)golden.Call).Shape;

    private static Conv2dTilePlan PlanOf(ConformanceCase one) => CaseMatrix.PlanFor(ShapeOf(one.Golden), one.Bank, one.Plans);

    private static CaseResult[] RunCases(
        string title, ConformanceCase[] cases, TuneOptions options, IProgressReporter progress, CancellationToken cancellation)
    {
        var results = new CaseResult[cases.Length];
        using IProgressActivity activity = progress.Begin(title, cases.Length);
        Workers.ForEach(
            cases.Length,
            index => cases[index].Golden.Call.MultiplyAccumulates,
            index =>
            {
                results[index] = CaseResult.Run(cases[index], options.Settings.LandingSeed);
                activity.Advance();
            },
            cancellation,
            options.Settings.ThreadCount);
        return results;
    }
}
