using System.Globalization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>Every tuned plan run on the simulated DSP, hazards on, against the golden.</summary>
public sealed class TuningProof
{
    private readonly ILookup<(string Network, BankSetting Bank, Conv2dShape Shape), CaseResult> runs;

    private readonly ILookup<(string Network, BankSetting Bank, Conv2dShape Shape), CaseResult> publishedRuns;

    private TuningProof(IReadOnlyList<CaseResult> results, IReadOnlyList<CaseResult> publishedResults)
    {
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

    /// <summary>Whether every byte is equal and no rule was broken.</summary>
    public bool IsProven =>
        Results.All(static result => result.IsProven && result.Case.Golden.IsAgreed)
        && PublishedResults.All(static result => result.Difference.IsEqual && result.Fault is null);

    /// <summary>One line: what was compared.</summary>
    public string Verdict => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsProven ? "proven" : "NOT proven")}: {Results.Count:N0} runs of tuned plans, {Results.Sum(static result => (long)result.Difference.ComparedBytes):N0} bytes compared, {Results.Sum(static result => (long)result.Difference.DifferingElements):N0} mismatches, {Results.Sum(static result => result.ViolationCount):N0} hazards, {Results.Count(static result => result.Fault is not null)} faults{PublishedVerdict}");

    private string PublishedVerdict => PublishedResults.Count == 0 ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $"; published programs with improved plans: {PublishedResults.Count:N0} runs, {PublishedResults.Sum(static result => (long)result.Difference.DifferingElements):N0} mismatches");

    /// <summary>The runs of a layer of a network.</summary>
    public IReadOnlyList<CaseResult> RunsOf(string network, BankSetting bank, Conv2dShape shape) => [.. runs[(network, bank, shape)]];

    /// <summary>The same of the published programs.</summary>
    public IReadOnlyList<CaseResult> PublishedRunsOf(string network, BankSetting bank, Conv2dShape shape) => [.. publishedRuns[(network, bank, shape)]];

    /// <summary>Runs the plans: at the settings of the options every call, at other bank sizes one call of each geometry.</summary>
    /// <param name="goldens">The convolutions with a tiled kernel.</param>
    /// <param name="search">Their plans.</param>
    /// <param name="options">Bank settings, landings and derivation.</param>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="cancellation">Stops the run.</param>
    public static TuningProof Run(
        IReadOnlyList<GoldenCall> goldens, TuningSearch search, TuneOptions options, IProgressReporter progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(goldens);
        ArgumentNullException.ThrowIfNull(search);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        IReadOnlyList<BankSetting> banks = options.Settings.Banks;
        GoldenCall[] representatives = [.. goldens.DistinctBy(static golden => ((Conv2dCall)golden.Call).Shape)];
        IEnumerable<BankSetting> comparedOnly = options.ComparesBanks ? BankSizeTable.Banks.Except(banks) : [];
        ConformanceCase[] cases =
        [
            .. from run in banks.Select(bank => (Bank: bank, Goldens: goldens)).Concat(comparedOnly.Select(bank => (Bank: bank, Goldens: (IReadOnlyList<GoldenCall>)representatives)))
               let plans = search.PlansAt(run.Bank)
               from golden in run.Goldens
               from landing in options.Landings
               select new ConformanceCase(golden, run.Bank, landing, options.Settings.Derivation) { Plans = plans },
        ];
        ConformanceCase[] publishedCases =
        [
            .. cases.Where(one => one.Landing == options.Landings[0] && search[one.Bank, ShapeOf(one)] is { IsImproved: true, Best.Schedule: null })
                .Select(static one => one with { Variant = KernelVariant.Published, Landing = LandingKind.AtIssue }),
        ];
        return new TuningProof(
            RunCases("runs of tuned plans", cases, options, progress, cancellation),
            RunCases("runs of the published programs", publishedCases, options, progress, cancellation));
    }

    private static (string Network, BankSetting Bank, Conv2dShape Shape) KeyOf(CaseResult result) =>
        (result.Case.Golden.Network, result.Case.Bank, ShapeOf(result.Case));

    private static Conv2dShape ShapeOf(ConformanceCase one) => ((Conv2dCall)one.Golden.Call).Shape;

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
