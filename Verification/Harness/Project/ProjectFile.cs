using System.Globalization;
using System.Text.Json;
using TileProof.Golden.Import;
using TileProof.Golden.Quantization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Files;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.Project;

/// <summary>Reads <c>tileproof.json</c>, the settings of repeated runs. Every field is optional, and unknown ones are refused.</summary>
/// <remarks>
/// Fields have the names of the options of the command line, with <c>_</c> for <c>-</c>; <c>models</c>, <c>landings</c> and <c>output</c>, as some were called, are read too.
/// <c>networks</c>, <c>banks</c>, <c>modes</c>, <c>landing</c> and <c>layers</c> are lists of texts; <c>machine</c>, <c>programs</c>, <c>derivation</c>, <c>calibration</c>,
/// <c>input</c> and <c>out</c> are texts; <c>batch</c>, <c>images</c> and <c>seed</c> are numbers; <c>per_channel</c> and
/// <c>allow_fallback</c> are truth values; <c>tolerances</c> is an object with <c>softmax_ulp</c>, the distance that goldens may have there.
/// Each takes what the option of the command line takes. Paths are relative to the file.
/// </remarks>
public static class ProjectFile
{
    /// <summary>The name that the file has by custom.</summary>
    public const string CustomaryName = "tileproof.json";

    /// <summary>Fields under names that they had.</summary>
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal) { ["models"] = "networks", ["landings"] = "landing", ["output"] = "out" };

    /// <summary>The options that fields set, where it matters whether they were given (see <see cref="VerifyOptions.Given"/>).</summary>
    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["banks"] = nameof(VerifyOptions.Banks),
        ["landing"] = nameof(VerifyOptions.Landings),
        ["seed"] = nameof(VerifyOptions.Seed),
        ["layers"] = nameof(VerifyOptions.Layers),
        ["derivation"] = nameof(VerifyOptions.Derivation),
        ["calibration"] = nameof(VerifyOptions.Calibration),
        ["input"] = nameof(VerifyOptions.InputHeight),
        ["batch"] = nameof(VerifyOptions.Batch),
        ["images"] = nameof(VerifyOptions.AccuracyImages),
        ["per_channel"] = nameof(VerifyOptions.PerChannelWeights),
        ["allow_fallback"] = nameof(VerifyOptions.AllowFallback),
        ["tolerances"] = nameof(VerifyOptions.SoftmaxToleranceUlp),
    };

    private const int MaximumBytes = 1024 * 1024;

    /// <summary>The settings of a file.</summary>
    /// <exception cref="FixtureException">The file cannot be read, is no JSON object, or a field has a value that is not allowed.</exception>
    public static VerifyOptions Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using JsonDocument document = JsonDocument.Parse(InputFile.ReadText(path, MaximumBytes), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return Read(path, document.RootElement);
        }
        catch (JsonException exception)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
            throw new FixtureException(path, place, "is not JSON", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new FixtureException(path, null, "a text in it is no valid Unicode", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new FixtureException(path, null, $"cannot be read: {FileProblem.Describe(exception)}", exception);
        }
    }

    private static VerifyOptions Read(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new FixtureException(path, null, "is no object, expected { ... }");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        VerifyOptions options = OnMachine(path, folder, root);
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty property in root.EnumerateObject())
        {
            string name = Renamed.GetValueOrDefault(property.Name, property.Name);
            if (!seen.TryAdd(name, property.Name))
            {
                throw new FixtureException(path, property.Name, seen[name] == property.Name ? "is there twice" : $"is there as {seen[name]} too");
            }

            try
            {
                options = Apply(options, name, property.Value, folder);
            }
            catch (UserInputException exception)
            {
                throw new FixtureException(path, property.Name, exception.Message, exception);
            }
        }

        return options with
        {
            Given = seen.Where(static field => Settings.ContainsKey(field.Key)).ToDictionary(static field => Settings[field.Key], field => $"{path}: {field.Value}", StringComparer.Ordinal),
        };
    }

    /// <summary>The machine decides what bank settings mean, wherever it stands in the file.</summary>
    private static VerifyOptions OnMachine(string path, string folder, JsonElement root)
    {
        if (!root.TryGetProperty("machine", out JsonElement value))
        {
            return new VerifyOptions();
        }

        try
        {
            string name = Text(value);
            bool isPreset = DescribedMachine.Presets.Any(preset => string.Equals(preset.Name, name, StringComparison.OrdinalIgnoreCase));
            DescribedMachine machine = MachineFile.Find(isPreset ? name : Path.Combine(folder, name));
            return new VerifyOptions { Machine = machine, Banks = BankSetting.DefaultsOf(machine) };
        }
        catch (UserInputException exception)
        {
            throw new FixtureException(path, "machine", exception.Message, exception);
        }
    }

    private static VerifyOptions Apply(VerifyOptions options, string name, JsonElement value, string folder)
    {
        switch (name)
        {
            case "networks":
                return options with { Networks = [.. Items(value).SelectMany(model => ModelsOf(folder, model)).Distinct(StringComparer.Ordinal)] };
            case "machine":
                return options;
            case "banks":
                return options with { Banks = BankSetting.ParseList(Joined(value), options.Machine) };
            case "modes":
                return options with { Modes = ChoiceList.Parse<ExecutionMode>("mode", Joined(value)) };
            case "landing":
                return options with { Landings = ChoiceList.Parse<LandingKind>("landing policy", Joined(value)) };
            case "layers":
                return options with { Layers = VerifyOptions.ParseLayers(Joined(value)) };
            case "programs":
                return options with { Programs = ProgramChoice.Parse(Text(value)) };
            case "derivation":
                return options with { Derivation = ChoiceList.ParseOne<ParameterDerivation>("derivation", Text(value)) };
            case "calibration":
                return options with { Calibration = ChoiceList.ParseOne<CalibrationMethod>("calibration", Text(value)) };
            case "input":
                (int height, int width) = VerifyOptions.ParseInput(Text(value));
                return options with { InputHeight = height, InputWidth = width };
            case "out":
                return options with { OutputFolder = Path.Combine(folder, Text(value)) };
            case "batch":
                return options with { Batch = VerifyOptions.ParseCount("batch", Number(value), 1, VerifyOptions.MaximumBatch) };
            case "images":
                return options with { AccuracyImages = VerifyOptions.ParseCount("image count", Number(value), 0, VerifyOptions.MaximumAccuracyImages) };
            case "seed":
                return options with { Seed = VerifyOptions.ParseSeed(Number(value)) };
            case "per_channel":
                return options with { PerChannelWeights = Truth(value) };
            case "allow_fallback":
                return options with { AllowFallback = Truth(value) };
            case "tolerances":
                return ApplyTolerances(options, value);
            default:
                throw new UserInputException(
                    "is no setting; valid: networks, machine, banks, modes, landing, layers, programs, derivation, calibration, input, out, batch, images, seed, per_channel, allow_fallback, tolerances");
        }
    }

    private static VerifyOptions ApplyTolerances(VerifyOptions options, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(value, "an object such as { \"softmax_ulp\": 8 }");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty tolerance in value.EnumerateObject())
        {
            if (!seen.Add(tolerance.Name))
            {
                throw new UserInputException($"has {tolerance.Name} twice");
            }

            options = tolerance.Name == "softmax_ulp"
                ? options with { SoftmaxToleranceUlp = VerifyOptions.ParseCount("softmax_ulp", Number(tolerance.Value), 0, VerifyOptions.MaximumToleranceUlp) }
                : throw new UserInputException($"has no operator '{tolerance.Name}'; valid: softmax_ulp (all other operators are compared bit for bit)");
        }

        return options;
    }

    /// <summary>An item is one file, whose path may have commas, or names as the command line takes them.</summary>
    private static IReadOnlyList<string> ModelsOf(string folder, string item) =>
        VerifyOptions.IsModelFile(item) || VerifyOptions.IsOtherFile(Path.Combine(folder, item)) ? [Path.Combine(folder, item)] : VerifyOptions.TrainedNetworks.Contains(item) ? [item] : ChoiceList.Parse("network", item, VerifyOptions.KnownNetworks);

    private static IEnumerable<string> Items(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
        ? [.. value.EnumerateArray().Select(Text)]
        : throw Wrong(value, "a list of texts that is not empty");

    private static string Joined(JsonElement value) => string.Join(',', Items(value));

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString()) ? value.GetString()! : throw Wrong(value, "a text that is not empty");

    private static bool Truth(JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(value, "true or false");

    private static string Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetRawText() : throw Wrong(value, "a number");

    private static UserInputException Wrong(JsonElement value, string expected)
    {
        const int longest = 40;
        string text = value.GetRawText().ReplaceLineEndings(" ");
        return new UserInputException($"is {(text.Length <= longest ? text : text[..longest] + "...")}, expected {expected}");
    }
}
