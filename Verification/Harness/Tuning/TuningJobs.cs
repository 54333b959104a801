using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;
using TileProof.Verification.Sharding;
using TileProof.Verification.Sharding.Records;

namespace TileProof.Verification.Tuning;

/// <summary>A tuning run that is cut into shards: a job is one geometry at one bank setting, searched for every machine mode and proven, so that no job needs what another found.</summary>
internal sealed class TuningJobs(
    IReadOnlyList<NetworkSource> sources, GoldenEngines engines, TuneOptions options, IProgressReporter progress, CancellationToken cancellation)
{
    private readonly Conv2dCall[] calls = [.. sources.SelectMany(static source => source.Network.Convolutions)];

    /// <summary>Goes through all jobs.</summary>
    /// <returns>The searches and their proof, where every result is there.</returns>
    public (ModeSearches Searches, TuningProof Proof)? Run(JobSource jobs)
    {
        JudgedGoldens[] judged = [.. sources.Select(source => new JudgedGoldens(source.Network, source.FirstImage, engines, options.Settings, jobs, progress, cancellation))];
        GoldenCall[] goldens = [.. judged.SelectMany(static network => network.Judge(IsTuned).Where(IsTuned))];
        bool hasOutputScales = TuningSearch.HaveOutputScales(calls);
        BankSetting[] comparedOnly = TuningProof.ComparedOnly(options);
        (BankSetting Bank, Conv2dShape Shape)[] layers =
            [.. from bank in options.Settings.Banks.Concat(comparedOnly) from shape in TuningSearch.ShapesOf(calls) select (bank, shape)];
        JobBatch<(BankSetting Bank, Conv2dShape Shape), TunedLayer> batch = jobs.Assign(StageOf(hasOutputScales), layers);
        if (!jobs.IsWhole)
        {
            GoldenCall[] values = batch.Missing.Count == 0 ? [] : [.. judged.SelectMany(static network => network.References).Where(IsTuned)];
            batch.Run("layers x banks", layer => Tune(layer.Bank, layer.Shape, values, hasOutputScales), progress, options.Settings.ThreadCount, cancellation);
            return null;
        }

        Dictionary<(BankSetting, Conv2dShape), TunedLayer> found = layers.Zip(batch.Results).ToDictionary(static pair => pair.First, static pair => pair.Second!);
        var searches = ModeSearches.Of(options.Mode, mode => TuningSearch.Of(
            TuningSearch.ShapesOf(calls),
            options with { Mode = mode },
            hasOutputScales,
            from layer in layers where found[layer].Plans.ContainsKey(mode) select (layer, found[layer].Plans[mode])));
        (ConformanceCase[] cases, ConformanceCase[] publishedCases) = TuningProof.CasesOf(goldens, searches, options, options.Settings.Banks, comparedOnly);
        return (searches, new TuningProof(ResultsOf(cases, static layer => layer.Runs), ResultsOf(publishedCases, static layer => layer.PublishedRuns)));

        CaseResult[] ResultsOf(ConformanceCase[] ofAll, Func<TunedLayer, IReadOnlyList<CaseRecord>> recordsOf)
        {
            // The cases of a layer come in the same order among all as by themselves.
            var next = new Dictionary<(BankSetting, Conv2dShape), int>();
            return [.. ofAll.Select(one =>
            {
                (BankSetting, Conv2dShape) layer = (one.Bank, ((Conv2dCall)one.Golden.Call).Shape);
                int at = next[layer] = next.GetValueOrDefault(layer, -1) + 1;
                return recordsOf(found[layer])[at].ToResult(one);
            })];
        }
    }

    private static bool IsTuned(GoldenCall golden) => golden.Call is Conv2dCall call && ConvolutionKernel.IsPublished(call.Shape);

    private JobStage<(BankSetting Bank, Conv2dShape Shape), TunedLayer> StageOf(bool hasOutputScales) => new()
    {
        JobOf = layer => new Job(
            $"tune {layer.Bank.Label} {layer.Shape.ConfigKey}",
            JobCosts.OfTuning(layer.Shape, ModesAt(layer.Bank).Count, options.IsFree, layer.Bank.CacheOnly, RunsAt(layer.Bank, layer.Shape)),
            "tune",
            sources.Sum(static source => JobCosts.OfReferences(source.Network))),
        Write = layer => RecordJson.Write(RecordOf(layer, hasOutputScales), RecordJson.Default.TunedLayerRecord),
        Read = (layer, line) =>
        {
            TunedLayerRecord record = RecordJson.Read(line, RecordJson.Default.TunedLayerRecord);
            return new TunedLayer(
                layer.Bank,
                record.Plans.ToDictionary(
                    static plan => plan.Mode,
                    plan => plan.ToPlan(layer.Bank, tiled => TuningSearch.ModelAt(layer.Bank, options with { Mode = plan.Mode }).CostOf(tiled, hasOutputScales))),
                record.Runs,
                record.PublishedRuns);
        },
    };

    private static TunedLayerRecord RecordOf(TunedLayer layer, bool hasOutputScales) => new(
        [.. layer.Plans.Select(plan => TunedPlanRecord.Of(layer.Bank, plan.Key, plan.Value, hasOutputScales))], [.. layer.Runs], [.. layer.PublishedRuns]);

    private IReadOnlyList<MachineMode> ModesAt(BankSetting bank) => options.Settings.Banks.Contains(bank) ? ModeSearches.Modes : [options.Mode];

    private int RunsAt(BankSetting bank, Conv2dShape shape) => options.Settings.Banks.Contains(bank) ? calls.Count(call => call.Shape == shape) : 1;

    private TunedLayer Tune(BankSetting bank, Conv2dShape shape, GoldenCall[] goldens, bool hasOutputScales)
    {
        Dictionary<MachineMode, TunedPlan> plans = ModesAt(bank).ToDictionary(
            static mode => mode, mode => TuningSearch.Search(bank, shape, options with { Mode = mode }, hasOutputScales));
        var searches = ModeSearches.Of(options.Mode, mode => TuningSearch.Of(
            [shape], options with { Mode = mode }, hasOutputScales, plans.TryGetValue(mode, out TunedPlan? plan) ? [((bank, shape), plan)] : []));
        bool isReported = options.Settings.Banks.Contains(bank);
        (ConformanceCase[] cases, ConformanceCase[] publishedCases) = TuningProof.CasesOf(
            [.. goldens.Where(golden => ((Conv2dCall)golden.Call).Shape == shape)], searches, options, isReported ? [bank] : [], isReported ? [] : [bank]);
        return TunedLayer.Of(bank, plans, TuningProof.RunInTurn(cases, publishedCases, options, cancellation));
    }
}
