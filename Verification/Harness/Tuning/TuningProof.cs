using System.Globalization;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>Every tuned plan run on the simulated DSP, hazards on, against the golden.</summary>
public sealed class TuningProof
{
    private readonly ILookup<(string Network, BankSetting Bank, Conv2dShape Shape), CaseResult> runs;

    private TuningProof(IReadOnlyList<CaseResult> results)
    {
        Results = results;
        runs = results.ToLookup(static result => (result.Case.Golden.Network, result.Case.Bank, ((Conv2dCall)result.Case.Golden.Call).Shape));
    }

    /// <summary>All runs.</summary>
    public IReadOnlyList<CaseResult> Results { get; }

    /// <summary>Whether every byte is equal and no rule was broken.</summary>
    public bool IsProven => Results.All(static result => result.IsProven && result.Case.Golden.IsAgreed);

    /// <summary>One line: what was compared.</summary>
    public string Verdict => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsProven ? "proven" : "NOT proven")}: {Results.Count:N0} runs of tuned plans, {Results.Sum(static result => (long)result.Difference.ComparedBytes):N0} bytes compared, {Results.Sum(static result => (long)result.Difference.DifferingElements):N0} mismatches, {Results.Sum(static result => result.ViolationCount):N0} hazards, {Results.Count(static result => result.Fault is not null)} faults");

    /// <summary>The runs of a layer of a network.</summary>
    public IReadOnlyList<CaseResult> RunsOf(string network, BankSetting bank, Conv2dShape shape) => [.. runs[(network, bank, shape)]];

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
        var results = new CaseResult[cases.Length];
        using IProgressActivity activity = progress.Begin("runs of tuned plans", cases.Length);
        Workers.ForEach(
            cases.Length,
            index =>
            {
                results[index] = CaseResult.Run(cases[index], options.Settings.LandingSeed);
                activity.Advance();
            },
            cancellation);
        return new TuningProof(results);
    }
}
