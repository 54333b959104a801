using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Proof;

namespace TileProof.Verification.Caching;

/// <summary>Which options each kind of kept result does not depend on. What is not named here is part of its key.</summary>
public static class CacheKeys
{
    private const string Selection = "says which results are wanted, not what they are";
    private const string Network = "decides the network and its image, which the key holds";
    private const string NeedsNoPrograms = "says how programs run, and this runs none of them";

    private static readonly Dictionary<string, string> OfNoResult = new(StringComparer.Ordinal)
    {
        [nameof(VerifyOptions.Given)] = "who chose a value does not change it",
        [nameof(VerifyOptions.Networks)] = "the key holds the network by its name and content",
        [nameof(VerifyOptions.Layers)] = Selection,
        [nameof(VerifyOptions.Modes)] = Selection,
        [nameof(VerifyOptions.Banks)] = "a result names its own bank setting",
        [nameof(VerifyOptions.Machine)] = "a bank setting names its machine",
        [nameof(VerifyOptions.Landings)] = "a result names its own landing policy",
        [nameof(VerifyOptions.AdversarialSchedules)] = "schedules are other runs, which are not kept",
        [nameof(VerifyOptions.ProgramsFile)] = "device programs are other runs, which are not kept",
        [nameof(VerifyOptions.SarifFile)] = "says where findings go",
        [nameof(VerifyOptions.JUnitFile)] = "says where results go",
        [nameof(VerifyOptions.CaseFile)] = "a case of a campaign is another run, which is not kept",
        [nameof(VerifyOptions.PrintsJson)] = "says how results are printed",
        [nameof(VerifyOptions.AnnotatesForGitHub)] = "says how failures are printed",
        [nameof(VerifyOptions.ProvesEveryInput)] = "proofs are other results, with a key of their own",
        [nameof(VerifyOptions.VectorsFolder)] = "recorded layers are other runs, which are not kept",
        [nameof(VerifyOptions.ListOnly)] = "a list of cases has no results",
        [nameof(VerifyOptions.ThreadCount)] = "results do not depend on how many run at once",
        [nameof(VerifyOptions.Sharding)] = "says which results are computed where, not what they are",
        [nameof(VerifyOptions.CacheFolder)] = "says where results are kept",
        [nameof(VerifyOptions.OutputFolder)] = "says where reports go",
        [nameof(VerifyOptions.PlansFile)] = "its content, the plans, is another option",
        [nameof(VerifyOptions.Device)] = "the key holds the description of the engines, where the results are theirs",
    };

    /// <summary>Built-in networks, beside their name.</summary>
    public static KeyRule<VerifyOptions> BuiltInNetworks { get; } = Rule(new()
    {
        [nameof(VerifyOptions.AllowFallback)] = "a built-in network has no foreign operators",
        [nameof(VerifyOptions.SoftmaxToleranceUlp)] = "nothing is compared",
        [nameof(VerifyOptions.Derivation)] = "requantization is derived when a call runs",
        [nameof(VerifyOptions.Programs)] = NeedsNoPrograms,
        [nameof(VerifyOptions.Plans)] = NeedsNoPrograms,
        [nameof(VerifyOptions.AccuracyImages)] = "calibration has images of its own",
        [nameof(VerifyOptions.InputData)] = "calibration has images of its own",
    });

    /// <summary>Goldens, beside the network, its image and the engines.</summary>
    public static KeyRule<VerifyOptions> Goldens { get; } = Rule(new(OfTheNetwork)
    {
        [nameof(VerifyOptions.Seed)] = Network,
        [nameof(VerifyOptions.Plans)] = NeedsNoPrograms,
        [nameof(VerifyOptions.AccuracyImages)] = "goldens are of one image",
    });

    /// <summary>Cases, beside the goldens and <see cref="Case"/>.</summary>
    public static KeyRule<VerifyOptions> Cases { get; } = Rule(new(OfTheNetwork)
    {
        [nameof(VerifyOptions.Plans)] = "a case holds the plans of its bank setting",
        [nameof(VerifyOptions.AccuracyImages)] = "cases are of one image",
    });

    /// <summary>A case beside the options.</summary>
    public static KeyRule<ConformanceCase> Case { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [nameof(ConformanceCase.Golden)] = "the key holds what goldens depend on, and the index of the call",
    });

    /// <summary>Proofs for every input: all that a program depends on.</summary>
    public static KeyRule<ProofSubject> Proof { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>Runs of whole networks, beside the goldens, bank setting and landing policy.</summary>
    public static KeyRule<VerifyOptions> EndToEnd { get; } = Rule(new(OfTheNetwork)
    {
        [nameof(VerifyOptions.AccuracyImages)] = "a run is of one image",
    });

    /// <summary>Accuracy reports, beside both forms of the network, the seed of the images and the engine.</summary>
    public static KeyRule<VerifyOptions> Accuracy { get; } = Rule(new(OfTheNetwork)
    {
        [nameof(VerifyOptions.Seed)] = "decides the network, which the key holds, and the seed of the images, which it holds too",
        [nameof(VerifyOptions.Derivation)] = "the report measures every derivation",
        [nameof(VerifyOptions.SoftmaxToleranceUlp)] = "the report bounds nothing",
        [nameof(VerifyOptions.Programs)] = "the report measures what is to be computed, whatever program does",
        [nameof(VerifyOptions.Plans)] = "the report measures what is to be computed, however it is tiled",
    });

    /// <summary>Predicted cycles, beside the network and the bank settings.</summary>
    public static KeyRule<VerifyOptions> Cycles { get; } = Rule(new(OfTheNetwork)
    {
        [nameof(VerifyOptions.Seed)] = Network,
        [nameof(VerifyOptions.Derivation)] = "cycles do not depend on the integers of a call",
        [nameof(VerifyOptions.SoftmaxToleranceUlp)] = "nothing is compared",
        [nameof(VerifyOptions.AccuracyImages)] = "cycles are of one image",
    });

    /// <summary>Pages of runs in which everything is proven, beside the networks and the engines.</summary>
    public static KeyRule<VerifyOptions> Page { get; } = new(
        ((string[])
        [
            nameof(VerifyOptions.SarifFile), nameof(VerifyOptions.JUnitFile), nameof(VerifyOptions.PrintsJson), nameof(VerifyOptions.AnnotatesForGitHub),
            nameof(VerifyOptions.ThreadCount), nameof(VerifyOptions.Sharding), nameof(VerifyOptions.CacheFolder), nameof(VerifyOptions.OutputFolder),
            nameof(VerifyOptions.PlansFile), nameof(VerifyOptions.Device),
        ]).ToDictionary(static name => name, static name => OfNoResult[name], StringComparer.Ordinal));

    private static Dictionary<string, string> OfTheNetwork => new(StringComparer.Ordinal)
    {
        [nameof(VerifyOptions.InputData)] = Network,
        [nameof(VerifyOptions.CalibrationData)] = Network,
        [nameof(VerifyOptions.InputHeight)] = Network,
        [nameof(VerifyOptions.InputWidth)] = Network,
        [nameof(VerifyOptions.Batch)] = Network,
        [nameof(VerifyOptions.Calibration)] = Network,
        [nameof(VerifyOptions.PerChannelWeights)] = Network,
        [nameof(VerifyOptions.AllowFallback)] = Network,
    };

    private static KeyRule<VerifyOptions> Rule(Dictionary<string, string> irrelevant) =>
        new(OfNoResult.Concat(irrelevant).ToDictionary(static entry => entry.Key, static entry => entry.Value, StringComparer.Ordinal));
}
