using TileProof.HwModel.Dma;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Caching;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;
using TileProof.Verification.Originals;
using TileProof.Verification.Progress;
using TileProof.Verification.Proof;

namespace TileProof.Verification.Conformance;

/// <summary>The stage of a conformance run that runs: goldens, cases, whole networks and adversarial schedules of loaded networks.</summary>
/// <param name="engines">The golden engines.</param>
/// <param name="options">What to run.</param>
/// <param name="results">What earlier runs proved; null to run everything.</param>
/// <param name="progress">Told how far the run has come.</param>
/// <param name="cancellation">Stops the run between cases.</param>
internal sealed class MatrixRun(GoldenEngines engines, VerifyOptions options, ResultCache? results, IProgressReporter progress, CancellationToken cancellation)
{
    private readonly List<GoldenCall> goldens = [];
    private readonly List<CaseResult> cases = [];
    private readonly List<EndToEndResult> endToEnd = [];
    private readonly List<OriginalResult> originals = [];
    private CheckedPrograms programs = new();

    /// <summary>Runs every case of the networks.</summary>
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
            Adversarial = RunAdversarial(),
            Proofs = options.ProvesEveryInput ? new ProofRun(options, results, progress, cancellation).Execute(sources.Select(static source => source.Network), cases) : [],
        };
    }

    /// <summary>What is said where the options leave no case of a network.</summary>
    internal static UserInputException NoCase(Network network) => new($"no case of {network.Name} matches --banks, --modes and --layers; see --list");

    private void Run(NetworkSource source, HashSet<OperatorCall> selected)
    {
        programs = new CheckedPrograms();
        progress.Say($"{source.Network.Name}: golden results of {source.Network.Calls.Count} calls");
        Tensor image = source.FirstImage;
        var cache = NetworkCache.Open(results, source, image, engines, options);
        IReadOnlyList<GoldenCall> all = cache?.Goldens(ComputeGoldens) ?? ComputeGoldens();
        GoldenCall[] wanted = [.. all.Where(golden => selected.Contains(golden.Call))];
        CaseResult[] ofNetwork = [.. RunCases(CaseMatrix.Build(wanted, options), cache)];
        if (wanted.Length > 0 && ofNetwork.Length == 0)
        {
            throw Array.TrueForAll(wanted, static golden => golden.Call is OnnxFallbackCall)
                ? new UserInputException($"nothing to prove: no chosen call of {source.Network.Name} has a DSP program, all run on the host")
                : NoCase(source.Network);
        }

        goldens.AddRange(wanted);
        cases.AddRange(ofNetwork);
        if (options.RunsWholeNetworks)
        {
            endToEnd.AddRange(RunEndToEnd(source.Network, image, all, cache));
        }

        if (source.Imported?.Original is { } original)
        {
            originals.Add(cache?.Original(original.File, CompareWithFile) ?? CompareWithFile());
        }

        cache?.Save();

        OriginalResult CompareWithFile() => source.Imported!.FloatNetwork is { } floatNetwork
            ? OriginalCheck.OfFloat(source.Network.Name, floatNetwork, source.Imported.Original!, image)
            : OriginalCheck.OfQuantized(source.Network, source.Imported.Original!, image, all, engines.OnnxRuntime);

        IReadOnlyList<GoldenCall> ComputeGoldens() => NetworkGolden.Compute(source.Network, image, engines, options, cancellation);
    }

    /// <summary>The path of operators other than convolutions is known after their run only, so that cases of a mode that is not wanted are left out then.</summary>
    private IEnumerable<CaseResult> RunCases(IReadOnlyList<ConformanceCase> matrix, NetworkCache? cache) =>
        RunAll(
            "cases",
            matrix,
            static one => CostOf(one.Golden.Call),
            one => cache?.Case(one, () => CaseResult.Run(one, options.LandingSeed, programs)) ?? CaseResult.Run(one, options.LandingSeed, programs))
        .Where(result => result.Execution is null || options.Modes.Contains(CaseMatrix.ModeOf(result.Execution.Path)));

    private EndToEndResult[] RunEndToEnd(Network network, Tensor image, IReadOnlyList<GoldenCall> all, NetworkCache? cache)
    {
        (BankSetting Bank, LandingKind Landing)[] runs = [.. from bank in options.Banks from landing in options.Landings select (bank, landing)];
        return RunAll("end to end", runs, static _ => 1, run => cache?.EndToEnd(run.Bank, run.Landing, () => Simulate(run)) ?? Simulate(run));

        EndToEndResult Simulate((BankSetting Bank, LandingKind Landing) run) => EndToEndResult.Run(network, image, all, run.Bank, run.Landing, options, programs);
    }

    private AdversarialRow[] RunAdversarial()
    {
        if (options.AdversarialSchedules == 0)
        {
            return [];
        }

        (GoldenCall Golden, BankSetting Bank)[] runs =
            [.. from golden in goldens where golden.Call is not OnnxFallbackCall from bank in options.Banks select (golden, bank)];
        return RunAll(
            $"{options.AdversarialSchedules} adversarial schedules each",
            runs,
            static run => CostOf(run.Golden.Call),
            run => AdversarialRow.Run(run.Golden, run.Bank, options));
    }

    private TResult[] RunAll<TItem, TResult>(string what, IReadOnlyList<TItem> items, Func<TItem, long> costOf, Func<TItem, TResult> run)
    {
        var all = new TResult[items.Count];
        using IProgressActivity activity = progress.Begin(what, items.Count);
        Workers.ForEach(
            items.Count,
            index => costOf(items[index]),
            index =>
            {
                all[index] = run(items[index]);
                activity.Advance();
            },
            cancellation,
            options.ThreadCount);
        return all;
    }

    /// <summary>Products, and bytes for the calls that have none.</summary>
    private static long CostOf(OperatorCall call) => call.MultiplyAccumulates + call.Output.LengthBytes;
}
