using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;

namespace TileProof.Verification.Tuning;

/// <summary>Searches plans for layers at bank settings.</summary>
public sealed class TuningSearch
{
    private readonly Dictionary<(BankSetting Bank, Conv2dShape Shape), TunedPlan> found = [];
    private readonly TuneOptions options;

    private TuningSearch(IReadOnlyList<Conv2dShape> shapes, TuneOptions options, bool hasOutputScales)
    {
        Shapes = shapes;
        this.options = options;
        HasOutputScales = hasOutputScales;
    }

    /// <summary>Whether some convolution has one scale per output channel, so that every plan leaves room for them and loads them.</summary>
    public bool HasOutputScales { get; }

    /// <summary>The machine mode of the search.</summary>
    public MachineMode Mode => options.Mode;

    /// <summary>The different geometries, in the order of the networks.</summary>
    public IReadOnlyList<Conv2dShape> Shapes { get; }

    /// <summary>What was found for a layer at a bank setting.</summary>
    public TunedPlan this[BankSetting bank, Conv2dShape shape] => found[(bank, shape)];

    /// <summary>Plans that fit, over all layers and bank settings.</summary>
    public long CandidateCount => found.Values.Sum(static plan => (long)plan.CandidateCount);

    /// <summary>Plans whose events were played.</summary>
    public long PlayedCount => found.Values.Sum(static plan => (long)plan.PlayedCount);

    /// <summary>The different geometries of a network that have a tiled kernel, and how many calls have each.</summary>
    public static IEnumerable<(Conv2dShape Shape, int Calls)> LayersOf(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.Convolutions.Select(static call => call.Shape).Where(ConvolutionKernel.IsPublished).GroupBy(static shape => shape)
            .Select(static group => (group.Key, group.Count()));
    }

    /// <summary>The best plans of a bank setting.</summary>
    public BankPlans PlansAt(BankSetting bank) => new(bank, [.. Shapes.Select(shape => this[bank, shape].Best)], HasOutputScales);

    /// <summary>Half the 95 % interval of what all improved layers of a network save.</summary>
    public double SavedHalfWidthCycles(BankSetting bank, IEnumerable<(Conv2dShape Shape, int Calls)> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        var errorBar = new CycleErrorBar(bank.Uncertainty, options.Mode);
        PlanCostModel model = ModelAt(bank, options);
        foreach ((Conv2dShape shape, int calls) in layers)
        {
            if (this[bank, shape] is { IsImproved: true } found)
            {
                AddChange(errorBar, found, model, HasOutputScales, calls);
            }
        }

        return errorBar.HalfWidthCycles;
    }

    /// <summary>What any plan costs in the mode of the search.</summary>
    public PlanCost CostOf(BankSetting bank, Conv2dTilePlan plan) => ModelAt(bank, options).CostOf(plan, HasOutputScales);

    /// <summary>Searches every layer at every bank setting.</summary>
    /// <param name="calls">The convolutions; those without a tiled kernel are left out.</param>
    /// <param name="banks">The bank settings.</param>
    /// <param name="options">Which plans, how deep, and what counts.</param>
    /// <param name="activity">Told of every layer and bank setting.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static TuningSearch Run(
        IReadOnlyList<Conv2dCall> calls, IReadOnlyList<BankSetting> banks, TuneOptions options, IProgressActivity activity, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(banks);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(activity);
        Conv2dShape[] shapes = ShapesOf(calls);
        bool hasOutputScales = HaveOutputScales(calls);
        (BankSetting Bank, Conv2dShape Shape)[] jobs = [.. from bank in banks from shape in shapes select (bank, shape)];
        var results = new TunedPlan[jobs.Length];
        Workers.ForEach(
            jobs.Length,
            index => (long)jobs[index].Shape.OutChannels * jobs[index].Shape.OutHeight,
            index =>
            {
                results[index] = Search(jobs[index].Bank, jobs[index].Shape, options, hasOutputScales);
                activity.Advance();
            },
            cancellation,
            options.Settings.ThreadCount);
        return Of(shapes, options, hasOutputScales, jobs.Zip(results));
    }

    /// <summary>The different geometries of calls that have a tiled kernel, in their order.</summary>
    internal static Conv2dShape[] ShapesOf(IEnumerable<Conv2dCall> calls) => [.. calls.Select(static call => call.Shape).Where(ConvolutionKernel.IsPublished).Distinct()];

    /// <summary>Whether some call has a scale for every output channel.</summary>
    internal static bool HaveOutputScales(IEnumerable<Conv2dCall> calls) => calls.Any(static call => call.WeightScales.Length > 1);

    /// <summary>What was searched elsewhere.</summary>
    internal static TuningSearch Of(
        IReadOnlyList<Conv2dShape> shapes, TuneOptions options, bool hasOutputScales, IEnumerable<((BankSetting Bank, Conv2dShape Shape) Job, TunedPlan Plan)> results)
    {
        var search = new TuningSearch(shapes, options, hasOutputScales);
        foreach (((BankSetting Bank, Conv2dShape Shape) job, TunedPlan plan) in results)
        {
            search.found.Add(job, plan);
        }

        return search;
    }

    /// <summary>What prices plans at a bank setting, for the mode of the options.</summary>
    internal static PlanCostModel ModelAt(BankSetting bank, TuneOptions options) =>
        new(bank.Coefficients, options.Mode, CaseMatrix.ConfigurationFor(bank), options.Programs);

    /// <summary>Searches one layer at one bank setting.</summary>
    internal static TunedPlan Search(BankSetting bank, Conv2dShape shape, TuneOptions options, bool hasOutputScales)
    {
        DspConfiguration configuration = CaseMatrix.ConfigurationFor(bank);
        PlanCostModel model = ModelAt(bank, options);
        if (bank.CacheOnly)
        {
            Conv2dTilePlan plan = CachePlan.Of(shape);
            PlanCost cost = model.CostOf(plan, hasOutputScales);
            return new TunedPlan(plan, cost, plan, cost, CandidateCount: 1, PlayedCount: 1);
        }

        return options.IsFree
            ? FreeTileSearch.Find(shape, configuration, model, hasOutputScales, options.Depth, bank.Uncertainty)
            : CompatibleTileSearch.Find(shape, configuration, model, hasOutputScales, options.Depth, bank.Uncertainty);
    }

    private static void AddChange(CycleErrorBar errorBar, TunedPlan found, PlanCostModel model, bool hasOutputScales, int times) => errorBar.AddChange(
        found.Best.Shape.ConfigKey, model.Count(found.Published, hasOutputScales), model.Count(found.Best, hasOutputScales), times);
}
