using System.CommandLine;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Cli.Commands;

/// <summary>The options that say which model a command works on.</summary>
/// <param name="hasSeed">Whether values matter: a seed decides weights and images, and no geometry.</param>
/// <param name="whenAbsent">What the command works on where no model is named; null where one has to be.</param>
internal sealed class ModelOptions(bool hasSeed, string? whenAbsent = null)
{
    private readonly Option<string> model = new("--networks")
    {
        HelpName = "names", Required = whenAbsent is null, Description = $"Built-in networks ({string.Join(", ", VerifyOptions.KnownNetworks.Concat(VerifyOptions.TrainedNetworks))}) or .onnx and .pte files.{(whenAbsent is null ? "" : $" Default: {whenAbsent}.")}",
    };

    private readonly Option<string> input = new("--input") { HelpName = "size", Description = "Input image of a built-in network: rows, or ROWSxCOLUMNS. Default: 64." };
    private readonly Option<string> batch = new("--batch") { HelpName = "count", Description = "Images at once, where the model leaves it open. Default: 1." };
    private readonly Option<string> seed = new("--seed") { HelpName = "number", Description = "Seed of weights and images. Default: those of the stored calibrations." };

    private readonly Option<bool> allowFallback = CreateAllowFallback();

    /// <summary>Makes the option that lets ONNX Runtime compute what the library cannot.</summary>
    public static Option<bool> CreateAllowFallback() =>
        new("--allow-fallback") { Description = "Run float32 operators without counterpart in ONNX Runtime." };

    /// <summary>Makes the option that chooses layers.</summary>
    /// <param name="whenAbsent">The layers where none is named.</param>
    public static Option<string> CreateLayers(string whenAbsent = "all") => new("--layers") { HelpName = "names", Description = $"Layers: {CallSelection.Forms}. Default: {whenAbsent}." };

    /// <summary>The layers named; none for all.</summary>
    public static IReadOnlyList<string> Layers(ParseResult parsed, Option<string> option) => parsed.GetValue(option) is { } text ? VerifyOptions.ParseLayers(text) : [];

    /// <summary>Makes the option that says how much is done at once.</summary>
    /// <param name="what">What is, with a capital letter.</param>
    public static Option<string> CreateThreads(string what) => new("--threads") { HelpName = "count", Description = $"{what} at once. Default: one per core." };

    /// <summary>The count of threads; 0 for one per core.</summary>
    public static int Threads(ParseResult parsed, Option<string> option) => parsed.GetValue(option) is { } count ? VerifyOptions.ParseCount("thread count", count, 1, VerifyOptions.MaximumThreadCount) : 0;

    /// <summary>The settings that models of a command without other options of models are loaded with.</summary>
    /// <exception cref="UserInputException">The option is given, and all models are built in.</exception>
    public static bool TakeAllowFallback(ParseResult parsed, Option<bool> option, IReadOnlyList<string> models)
    {
        if (parsed.GetValue(option) && models.All(VerifyOptions.KnownNetworks.Contains))
        {
            throw new UserInputException($"--allow-fallback has no effect on {string.Join(", ", models)}, which is built in and needs none; leave it out");
        }

        return parsed.GetValue(option);
    }

    /// <summary>Writes remarks on a model, one a line.</summary>
    public static void WriteLines(TextWriter output, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            output.WriteLine(line);
        }
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(model);
        command.Options.Add(input);
        command.Options.Add(batch);
        if (hasSeed)
        {
            command.Options.Add(seed);
        }

        command.Options.Add(allowFallback);
    }

    /// <summary>The models named; none where the command has a default of its own.</summary>
    public IReadOnlyList<string> Models(ParseResult parsed) => parsed.GetValue(model) is { } names ? VerifyOptions.ParseNetworks(names) : [];

    /// <summary>The one model named.</summary>
    /// <exception cref="UserInputException">Several are named.</exception>
    public string Model(ParseResult parsed) => Models(parsed) is [string one]
        ? one
        : throw new UserInputException($"'{parsed.GetValue(model)}' names several models; this command takes one");

    /// <summary>The settings that models are loaded with.</summary>
    public VerifyOptions Settings(ParseResult parsed)
    {
        var defaults = new VerifyOptions();
        (int height, int width) = parsed.GetValue(input) is { } size ? VerifyOptions.ParseInput(size) : (defaults.InputHeight, defaults.InputWidth);
        return defaults with
        {
            InputHeight = height,
            InputWidth = width,
            Batch = parsed.GetValue(batch) is { } count ? VerifyOptions.ParseCount("batch", count, 1, VerifyOptions.MaximumBatch) : defaults.Batch,
            AllowFallback = parsed.GetValue(allowFallback),
            Seed = hasSeed && parsed.GetValue(seed) is { } number ? VerifyOptions.ParseSeed(number) : null,
            Given = GivenOf(parsed),
        };
    }

    private Dictionary<string, string> GivenOf(ParseResult parsed)
    {
        (Option Option, string Setting)[] settings =
        [
            (input, nameof(VerifyOptions.InputHeight)), (batch, nameof(VerifyOptions.Batch)), (allowFallback, nameof(VerifyOptions.AllowFallback)), (seed, nameof(VerifyOptions.Seed)),
        ];
        return settings.Where(setting => parsed.GetResult(setting.Option) is { Implicit: false }).ToDictionary(static setting => setting.Setting, static setting => setting.Option.Name, StringComparer.Ordinal);
    }
}
