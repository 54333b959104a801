using TileProof.HwModel.Dma;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Caching;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;
using TileProof.Verification.Originals;
using TileProof.Verification.Progress;
using TileProof.Verification.Proof;
using TileProof.Verification.Sharding;

namespace TileProof.Verification.Conformance;

/// <summary>The stage of a conformance run that runs: goldens, cases, whole networks and adversarial schedules of loaded networks.</summary>
/// <param name="engines">The golden engines.</param>
/// <param name="options">What to run.</param>
/// <param name="results">What earlier runs proved; null to run everything.</param>
/// <param name="jobs">Where the results come from.</param>
/// <param name="progress">Told how far the run has come.</param>
/// <param name="cancellation">Stops the run between cases.</param>
internal sealed class MatrixRun(
    GoldenEngines engines, VerifyOptions options, ResultCache? results, JobSource jobs, IProgressReporter progress, CancellationToken cancellation)
{
    private readonly List<GoldenCall> goldens = [];
    private readonly List<(GoldenCall Golden, BankSetting Bank)> pairs = [];
    private readonly List<CaseResult> cases = [];
    private readonly List<EndToEndResult> endToEnd = [];
    private readonly List<OriginalResult> originals = [];
    private readonly List<AdversarialRow> adversarial = [];

    /// <summary>Runs every case of the networks, or those that this process is to run.</summary>
    /// <exception cref="UserInputException">A layer is in none of the networks, or a network has no case.</exception>
    public ConformanceOutcome Run(IReadOnlyList<NetworkSource> sources)
    {
        HashSet<OperatorCall> selected = [.. CallSelection.Select(sources.Select(static source => source.Network), options)];
        foreach (NetworkSource source in sources)
        {
            Run(source, selected);
        }

        return new ConformanceOutcome(goldens, cases, endToEnd)
        {
            Options = options,
            CallCount = sources.Sum(static source => source.Network.Calls.Count),
            Originals = originals,
            Adversarial = adversarial,
            Proofs = options.ProvesEveryInput ? new ProofRun(options, results, jobs, progress, cancellation).Execute(sources.Select(static source => source.Network), pairs, cases) : [],
        };
    }

    /// <summary>What is said where the options leave no case of a network.</summary>
    internal static UserInputException NoCase(Network network) => new($"no case of {network.Name} matches --banks, --modes and --layers; see --list");

    private void Run(NetworkSource source, HashSet<OperatorCall> selected)
    {
        Network network = source.Network;
        Tensor image = source.FirstImage;
        var programs = new CheckedPrograms();
        var cache = NetworkCache.Open(results, source, image, engines, options);

        JudgedGoldens? judged = jobs.IsSharded ? new JudgedGoldens(network, image, engines, options, jobs, progress, cancellation) : null;
        IReadOnlyList<GoldenCall> all = judged?.Judge(golden => selected.Contains(golden.Call)) ?? FindGoldens();
        GoldenCall[] wanted = [.. all.Where(golden => selected.Contains(golden.Call))];
        IReadOnlyList<ConformanceCase> matrix = CaseMatrix.Build(wanted, options);
        JobBatch<ConformanceCase, CaseResult> caseBatch = jobs.Assign(ConformanceJobs.Cases(network), matrix);
        CaseResult[] ofNetwork = [.. RunCases(caseBatch)];
        if (wanted.Length > 0 && (matrix.Count == 0 || (jobs.IsWhole && ofNetwork.Length == 0)))
        {
            throw Array.TrueForAll(wanted, static golden => golden.Call is OnnxFallbackCall)
                ? new UserInputException($"nothing to prove: no chosen call of {network.Name} has a DSP program, all run on the host")
                : NoCase(network);
        }

        goldens.AddRange(wanted);
        pairs.AddRange(matrix.Select(static one => (one.Golden, one.Bank)).Distinct());
        cases.AddRange(ofNetwork);
        if (options.RunsWholeNetworks)
        {
            endToEnd.AddRange(RunEndToEnd());
        }

        if (source.Imported?.Original is { } original)
        {
            originals.AddRange(jobs.Assign(ConformanceJobs.Originals, [network]).Run(
                "comparison with the file", _ => cache?.Original(original.File, CompareWithFile) ?? CompareWithFile(), progress, threadCount: 1, cancellation).OfType<OriginalResult>());
        }

        if (options.AdversarialSchedules > 0)
        {
            adversarial.AddRange(RunAdversarial(wanted));
        }

        cache?.Save();

        // The path of operators other than convolutions is known after their run only, so that cases of a mode that is not wanted are left out then.
        IEnumerable<CaseResult> RunCases(JobBatch<ConformanceCase, CaseResult> batch) => batch
            .Run(
                "cases",
                one => cache?.Case(one, () => CaseResult.Run(one, options.LandingSeed, programs)) ?? CaseResult.Run(one with { Golden = WithValues()[one.Golden.Call.Index] }, options.LandingSeed, programs),
                progress,
                options.ThreadCount,
                cancellation)
            .OfType<CaseResult>()
            .Where(result => result.Execution is null || options.Modes.Contains(CaseMatrix.ModeOf(result.Execution.Path)));

        IEnumerable<EndToEndResult> RunEndToEnd()
        {
            (BankSetting Bank, LandingKind Landing)[] runs = [.. from bank in options.Banks from landing in options.Landings select (bank, landing)];
            return jobs.Assign(ConformanceJobs.EndToEnd(network, options), runs)
                .Run("end to end", run => cache?.EndToEnd(run.Bank, run.Landing, () => Simulate(run)) ?? Simulate(run), progress, options.ThreadCount, cancellation)
                .OfType<EndToEndResult>();
        }

        EndToEndResult Simulate((BankSetting Bank, LandingKind Landing) run) => EndToEndResult.Run(network, image, WithValues(), run.Bank, run.Landing, options, programs);

        IEnumerable<AdversarialRow> RunAdversarial(GoldenCall[] calls)
        {
            (GoldenCall Golden, BankSetting Bank, int First)[] runs =
            [
                .. from golden in calls
                   where golden.Call is not OnnxFallbackCall
                   from bank in options.Banks
                   from first in AdversarialRow.FirstSchedules(options.AdversarialSchedules)
                   select (golden, bank, first),
            ];
            return jobs.Assign(ConformanceJobs.Adversarial(network, options), runs)
                .Run(
                    $"{options.AdversarialSchedules} adversarial schedules each",
                    run => AdversarialRow.Run(WithValues()[run.Golden.Call.Index], run.Bank, run.First, options),
                    progress,
                    options.ThreadCount,
                    cancellation)
                .Zip(runs)
                .Where(static pair => pair.First is not null)
                .GroupBy(static pair => (pair.Second.Golden, pair.Second.Bank))
                .Select(static group => AdversarialRow.Of(group.Select(static pair => pair.First!)));
        }

        // Where only a part runs here, jobs are named before any value is known.
        IReadOnlyList<GoldenCall> WithValues() => jobs.IsWhole ? all : judged!.References;

        OriginalResult CompareWithFile() => source.Imported!.FloatNetwork is { } floatNetwork
            ? OriginalCheck.OfFloat(network.Name, floatNetwork, source.Imported.Original!, image)
            : OriginalCheck.OfQuantized(network, source.Imported.Original!, image, WithValues(), engines.OnnxRuntime);

        IReadOnlyList<GoldenCall> FindGoldens()
        {
            progress.Say($"{network.Name}: golden results of {Counted.Of(network.Calls.Count, "calls")}");
            return cache?.Goldens(ComputeGoldens) ?? ComputeGoldens();
        }

        IReadOnlyList<GoldenCall> ComputeGoldens() => NetworkGolden.Compute(network, image, engines, options, cancellation);
    }
}
