using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;

namespace TileProof.Verification.Tuning;

/// <summary>A search for every machine mode: for the chosen one, and for the others to tell how much a plan depends on the mode.</summary>
public sealed class ModeSearches
{
    private readonly Dictionary<MachineMode, TuningSearch> searches;

    private ModeSearches(MachineMode chosenMode, Dictionary<MachineMode, TuningSearch> searches)
    {
        ChosenMode = chosenMode;
        this.searches = searches;
    }

    /// <summary>Searches that were made elsewhere, one a mode.</summary>
    internal static ModeSearches Of(MachineMode chosenMode, Func<MachineMode, TuningSearch> search) => new(chosenMode, Modes.ToDictionary(static mode => mode, search));

    /// <summary>All modes, in the order of reports.</summary>
    public static IReadOnlyList<MachineMode> Modes { get; } = Enum.GetValues<MachineMode>();

    /// <summary>The mode whose plans are written.</summary>
    public MachineMode ChosenMode { get; }

    /// <summary>The search for the chosen mode.</summary>
    public TuningSearch Chosen => searches[ChosenMode];

    /// <summary>The search for a mode.</summary>
    public TuningSearch this[MachineMode mode] => searches[mode];

    /// <summary>Plans that fit, over all searches.</summary>
    public long CandidateCount => searches.Values.Sum(static search => search.CandidateCount);

    /// <summary>Plans whose events were played.</summary>
    public long PlayedCount => searches.Values.Sum(static search => search.PlayedCount);

    /// <summary>The different best plans of a layer, that of the chosen mode first.</summary>
    /// <param name="bank">One of the bank settings that all modes were searched at.</param>
    /// <param name="shape">The layer.</param>
    public IEnumerable<Conv2dTilePlan> BestPlans(BankSetting bank, Conv2dShape shape) =>
        searches.Values.Select(search => search[bank, shape].Best).Prepend(Chosen[bank, shape].Best).Distinct();

    /// <summary>Searches every layer: for the chosen mode at all bank settings, for the others at those of the options.</summary>
    /// <param name="calls">The convolutions; those without a tiled kernel are left out.</param>
    /// <param name="banks">All bank settings, those of the options among them.</param>
    /// <param name="options">Which plans, how deep, and what counts.</param>
    /// <param name="progress">Told how far the search has come.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static ModeSearches Run(
        IReadOnlyList<Conv2dCall> calls, IReadOnlyList<BankSetting> banks, TuneOptions options, IProgressReporter progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(banks);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        int layers = calls.Select(static call => call.Shape).Where(ConvolutionKernel.IsPublished).Distinct().Count();
        int settings = banks.Count + ((Modes.Count - 1) * options.Settings.Banks.Count);
        using IProgressActivity activity = progress.Begin("search, layers x banks x modes", layers * settings);
        return new ModeSearches(
            options.Mode,
            Modes.ToDictionary(
                static mode => mode,
                mode => TuningSearch.Run(calls, mode == options.Mode ? banks : options.Settings.Banks, options with { Mode = mode }, activity, cancellation)));
    }
}
