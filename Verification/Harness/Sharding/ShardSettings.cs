using TileProof.Verification.Caching;
using TileProof.Verification.Classification;
using TileProof.Verification.Mutation;
using TileProof.Verification.Options;
using TileProof.Verification.Tuning;

namespace TileProof.Verification.Sharding;

/// <summary>Hashes over everything that decides the results of a run, beside the list of its jobs, so that shards of different runs are never merged.</summary>
internal static class ShardSettings
{
    private const string Listed = "decides the list of jobs, which is compared itself";
    private const string Printing = "says where and how results are shown";

    /// <summary>What two shards of a conformance run may have otherwise.</summary>
    public static KeyRule<VerifyOptions> OfVerify { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [nameof(VerifyOptions.Given)] = "who chose a value does not change it",
        [nameof(VerifyOptions.Networks)] = "the hash holds the networks by their names and content",
        [nameof(VerifyOptions.PlansFile)] = "its content, the plans, is another option",
        [nameof(VerifyOptions.Layers)] = Listed,
        [nameof(VerifyOptions.Device)] = "changes no result; the engines are named in the manifest",
        [nameof(VerifyOptions.Sharding)] = "says which part it is",
        [nameof(VerifyOptions.ListOnly)] = "a list of cases has no results",
        [nameof(VerifyOptions.SarifFile)] = Printing,
        [nameof(VerifyOptions.JUnitFile)] = Printing,
        [nameof(VerifyOptions.PrintsJson)] = Printing,
        [nameof(VerifyOptions.AnnotatesForGitHub)] = Printing,
        [nameof(VerifyOptions.OutputFolder)] = Printing,
        [nameof(VerifyOptions.ThreadCount)] = "results do not depend on how many run at once",
        [nameof(VerifyOptions.CacheFolder)] = "results of earlier runs are not used",
    });

    /// <summary>What two shards of a run with deliberate defects may have otherwise.</summary>
    public static KeyRule<InjectOptions> OfInject { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [nameof(InjectOptions.Settings)] = "the hash holds the layers themselves",
        [nameof(InjectOptions.ThreadCount)] = "results do not depend on how many run at once",
        [nameof(InjectOptions.OutputFolder)] = Printing,
        [nameof(InjectOptions.PrintsJson)] = Printing,
        [nameof(InjectOptions.ListOnly)] = "a list of defects has no results",
        [nameof(InjectOptions.Sharding)] = "says which part it is",
    });

    /// <summary>What two shards of a tuning run may have otherwise.</summary>
    public static KeyRule<TuneOptions> OfTune { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [nameof(TuneOptions.Settings)] = "the hash holds them by their own rule",
        [nameof(TuneOptions.PrintsJson)] = Printing,
    });

    /// <summary>What two shards of a run that counts right images may have otherwise.</summary>
    public static KeyRule<ClassificationOptions> OfAccuracy { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [nameof(ClassificationOptions.Network)] = "the hash holds the network by its name and content",
        [nameof(ClassificationOptions.Settings)] = "the hash holds them by their own rule",
        [nameof(ClassificationOptions.OutputFolder)] = Printing,
    });

    /// <summary>The hash of a run that counts right images.</summary>
    public static string Of(ClassificationOptions options, NetworkSource source) => ContentHash.Of(OfAccuracy.Of(options), Of(options.Settings, [source]));

    /// <summary>The hash of a tuning run.</summary>
    public static string Of(TuneOptions options, IEnumerable<NetworkSource> sources) => ContentHash.Of(OfTune.Of(options), Of(options.Settings, sources));

    /// <summary>The hash of a run on networks.</summary>
    public static string Of(VerifyOptions options, IEnumerable<NetworkSource> sources) => ContentHash.Of(
        OfVerify.Of(options),
        sources.Select(static source => ContentHash.Of(
            source.Network.Name, source.Recipe ?? (object)source.Network, source.Imported?.Original?.File.ToArray(), source.ImageSeed, source.FirstImage, source.Images?.HashFiles())).ToArray());
}
