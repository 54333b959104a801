using System.Globalization;
using TileProof.Golden.Networks;
using TileProof.Golden.Quantization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Kernels.Devices;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Conformance;
using TileProof.Verification.InputData;
using TileProof.Verification.Machines;
using TileProof.Verification.Sharding;
using TileProof.Verification.Tuning;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.Options;

/// <summary>What a conformance run does. The defaults are the whole matrix.</summary>
public sealed record VerifyOptions
{
    /// <summary>The seed of random landings when none is given.</summary>
    public const int DefaultLandingSeed = 1;

    /// <summary>The smallest height and width of an input image.</summary>
    public const int MinimumInputExtent = 1;

    /// <summary>The largest height and width of an input image.</summary>
    public const int MaximumInputExtent = 1024;

    /// <summary>The largest number of adversarial schedules.</summary>
    public const int MaximumAdversarialSchedules = 10000;

    /// <summary>The largest tolerance of a float operator, in units in the last place.</summary>
    public const int MaximumToleranceUlp = 1024;

    /// <summary>The largest batch.</summary>
    public const int MaximumBatch = 64;

    /// <summary>The networks that can be named and that <c>all</c> stands for.</summary>
    public static IReadOnlyList<string> KnownNetworks => BuiltInNetworks.Names;

    /// <summary>Those that can be named beside them, and need a package of their own.</summary>
    public static IReadOnlyList<string> TrainedNetworks => BuiltInNetworks.TrainedNames;

    /// <summary>Whether a name is that of a network here, and not of a file.</summary>
    public static bool IsBuiltIn(string name) => KnownNetworks.Contains(name) || TrainedNetworks.Contains(name);

    /// <summary>The networks that run when none is named: the published ones.</summary>
    public static IReadOnlyList<string> DefaultNetworks { get; } = ["resnet18", "resnet50"];

    /// <summary>The landing policies that run when none is named: the kindest, the harshest, and one in between.</summary>
    public static IReadOnlyList<LandingKind> DefaultLandings { get; } = [LandingKind.AtIssue, LandingKind.AtWait, LandingKind.Random];

    /// <summary>The settings that were given, by the names of their properties here, each with the name that the user gave it by.</summary>
    public IReadOnlyDictionary<string, string> Given { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The networks to run, each a known name or a model file; none when only vectors are run.</summary>
    public IReadOnlyList<string> Networks { get; init; } = DefaultNetworks;

    /// <summary>Rows of an input image.</summary>
    public int InputHeight { get; init; } = 64;

    /// <summary>Columns of an input image.</summary>
    public int InputWidth { get; init; } = 64;

    /// <summary>Images that a call works on at once.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Units in the last place by which ONNX Runtime's softmax, with another exponential and another order of the sum, may differ from the scalar oracle.</summary>
    public int SoftmaxToleranceUlp { get; init; } = NetworkGolden.SoftmaxToleranceUlp;

    /// <summary>Whether operators of a model file without counterpart run in ONNX Runtime as part of the network.</summary>
    public bool AllowFallback { get; init; }

    /// <summary>Files of the user in place of seeded images; null for those.</summary>
    public InputDataOptions? InputData { get; init; }

    /// <summary>Files of the user that float networks are calibrated over; null for seeded images.</summary>
    public InputDataOptions? CalibrationData { get; init; }

    /// <summary>How convolutions derive their requantization.</summary>
    public ParameterDerivation Derivation { get; init; } = ParameterDerivation.L1Norm;

    /// <summary>The device of the data-parallel golden engine.</summary>
    public DeviceChoice Device { get; init; } = DeviceChoice.Auto;

    /// <summary>How activation ranges are found.</summary>
    public CalibrationMethod Calibration { get; init; } = CalibrationMethod.MinMax;

    /// <summary>Whether every output channel of a convolution has a weight scale of its own.</summary>
    public bool PerChannelWeights { get; init; }

    /// <summary>The most images that the accuracy report may take.</summary>
    public const int MaximumAccuracyImages = 10000;

    /// <summary>Images of the accuracy report; 0 leaves the report out.</summary>
    public int AccuracyImages { get; init; } = 32;

    /// <summary>Whether accuracy is measured: on whole networks only.</summary>
    public bool WantsAccuracy => AccuracyImages > 0 && Layers.Count == 0;

    /// <summary>The machine that programs are made for and run on.</summary>
    public DescribedMachine Machine { get; init; } = DescribedMachine.Published;

    /// <summary>The bank settings to run each layer with; none for those of <see cref="PlansFile"/>.</summary>
    public IReadOnlyList<BankSetting> Banks { get; init; } = BankSetting.All;

    /// <summary>The modes to run; a case whose mode is not among them is left out.</summary>
    public IReadOnlyList<ExecutionMode> Modes { get; init; } = Enum.GetValues<ExecutionMode>();

    /// <summary>The landing policies to run each tiled case with.</summary>
    public IReadOnlyList<LandingKind> Landings { get; init; } = DefaultLandings;

    /// <summary>The description of a user's own C program (<c>.json</c>), or a recorded program (<c>.jsonl</c>), that takes the place of <see cref="Programs"/>; null for none.</summary>
    public string? ProgramsFile { get; init; }

    /// <summary>Where findings of <see cref="ProgramsFile"/> are also written in SARIF 2.1; null for nowhere.</summary>
    public string? SarifFile { get; init; }

    /// <summary>Where the results are also written as JUnit XML; null for nowhere.</summary>
    public string? JUnitFile { get; init; }

    /// <summary>The file of one case of a fuzz campaign to judge, instead of everything else; null for none.</summary>
    public string? CaseFile { get; init; }

    /// <summary>Whether <c>run.json</c> is printed instead of lines for people.</summary>
    public bool PrintsJson { get; init; }

    /// <summary>Whether failures are also printed as GitHub Actions shows them.</summary>
    public bool AnnotatesForGitHub { get; init; }

    /// <summary>Which version of the programs runs.</summary>
    public ProgramLibrary Programs { get; init; } = ProgramLibrary.Corrected;

    /// <summary>Whether every program is also proven for all inputs, beside the one image.</summary>
    public bool ProvesEveryInput { get; init; } = true;

    /// <summary>Adversarial schedules for each call and bank setting; 0 for none.</summary>
    public int AdversarialSchedules { get; init; }

    /// <summary>The layers to run, by call name or config key; empty for all.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>Whether networks also run as a whole, end to end: only where no call is left out.</summary>
    public bool RunsWholeNetworks => Layers.Count == 0 && Modes.Count == Enum.GetValues<ExecutionMode>().Length;

    /// <summary>The seed of weights, images and random landings, 0 or more; null for the seeds that the stored calibrations speak of.</summary>
    public int? Seed { get; init; }

    /// <summary>The seed of random landings.</summary>
    public int LandingSeed => Seed ?? DefaultLandingSeed;

    /// <summary>One line of what determines the results, for reports.</summary>
    public string Settings => Describe(
        string.Create(CultureInfo.InvariantCulture, $"{InputHeight}x{InputWidth}"), Batch.ToString(CultureInfo.InvariantCulture), QuantizationSettings);

    private string QuantizationSettings => $"calibration {ChoiceList.NameOf(Calibration)}{(CalibrationData is null ? "" : $" over {CalibrationData.Path}")}, weights {(PerChannelWeights ? "per channel" : "per tensor")}";

    /// <summary>The line of <see cref="Settings"/> for networks as they are loaded: a model file has its own input size and batch, and a quantized one its own quantization.</summary>
    public string SettingsOf(IReadOnlyList<NetworkSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return Describe(
            Each(static source => string.Create(
                CultureInfo.InvariantCulture, $"{source.Network.Input.Shape.Height}x{source.Network.Input.Shape.Width}{string.Concat(source.Network.OtherInputs.Where(static other => !other.IsConstant).Select(static other => $" and {other.Value.Name} from the seed"))}")),
            Each(static source => source.Network.Input.Shape.Batch.ToString(CultureInfo.InvariantCulture)),
            Each(source => source.CameQuantized ? "quantization of the file" : QuantizationSettings));

        string Each(Func<NetworkSource, string> describe) => string.Join(" and ", sources.Select(describe).Distinct(StringComparer.Ordinal));
    }

    private string Describe(string inputs, string batches, string quantization) =>
        $"input {inputs}, batch {batches}, seed {(Seed is { } seed ? seed.ToString(CultureInfo.InvariantCulture) : "default")}, derivation {ChoiceList.NameOf(Derivation)}, {quantization}, programs {Programs.Name}{(Machine == DescribedMachine.Published ? "" : $", machine {Machine.Name}")}{(PlansFile is null ? "" : $", plans of {Path.GetFileName(PlansFile)}")}{(InputData is null ? "" : $", input data {InputData.Path}")}";

    /// <summary>A folder of earlier results, so that what was proven is not run again; null to run everything.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Cases that run at once; 0 for one per core. Results do not depend on it.</summary>
    public int ThreadCount { get; init; }

    /// <summary>The most threads that can be asked for.</summary>
    public const int MaximumThreadCount = 256;

    /// <summary>Which part of the run this process does, or which parts it merges; null for all of it.</summary>
    public ShardOptions? Sharding { get; init; }

    /// <summary>The folder that reports are written to.</summary>
    public string OutputFolder { get; init; } = "reports";

    /// <summary>A folder of single-layer vectors to run (see <see cref="VectorFolder"/>), or null.</summary>
    public string? VectorsFolder { get; init; }

    /// <summary>A file with plans (see <see cref="PlanFile"/>), or null.</summary>
    public string? PlansFile { get; init; }

    /// <summary>Plans that convolutions run with at some bank settings; null for the published planner everywhere.</summary>
    public PlanSet? Plans { get; init; }

    /// <summary>These options with the plans of <see cref="PlansFile"/>, where one is named.</summary>
    /// <exception cref="UserInputException">The file cannot be read, or a plan in it cannot be run.</exception>
    public VerifyOptions WithPlansLoaded()
    {
        if (PlansFile is null)
        {
            return this;
        }

        PlanSet plans = PlanFile.Read(PlansFile, Machine);
        return this with { Plans = plans, Banks = Banks.Count > 0 ? Banks : [.. plans.Banks.Select(static bank => bank.Bank)] };
    }

    /// <summary>The plans of a bank setting.</summary>
    public ConvolutionPlans PlansFor(BankSetting bank) => Plans?.For(bank) ?? ConvolutionPlans.Published;

    /// <summary>Whether to list the cases and run none.</summary>
    public bool ListOnly { get; init; }

    /// <summary>Reads a comma-separated list of networks: names of <see cref="KnownNetworks"/> and <see cref="TrainedNetworks"/>, <c>all</c>, or model files.</summary>
    /// <remarks>What ends in <c>.onnx</c> or <c>.pte</c> is a file, whether or not it is there; so is any other file that is there, whose contents tell what it is.</remarks>
    /// <exception cref="UserInputException">An entry is neither a name nor a file.</exception>
    public static IReadOnlyList<string> ParseNetworks(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string others = $", {string.Join(", ", TrainedNetworks)}, or a file that ends in .onnx or .pte";
        return [.. text.Split(',', StringSplitOptions.TrimEntries)
            .SelectMany(item => IsModelFile(item) || IsOtherFile(item) || TrainedNetworks.Contains(item) ? [item] : ChoiceList.Parse("network", item, KnownNetworks, others))
            .Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whether an entry names a model file, there or not.</summary>
    public static bool IsModelFile(string name) => Path.GetExtension(name).ToUpperInvariant() is ".ONNX" or ".PTE";

    /// <summary>Whether an entry names a file of another kind that is there: a reader of models says what it is.</summary>
    public static bool IsOtherFile(string name) => !IsModelFile(name) && Path.HasExtension(name) && File.Exists(name);

    /// <summary>Reads <c>on</c> or <c>off</c>.</summary>
    /// <exception cref="UserInputException">The text is neither.</exception>
    public static bool ParseSwitch(string what, string text) => text switch
    {
        "on" => true,
        "off" => false,
        _ => throw new UserInputException($"{what} '{text}' is neither on nor off"),
    };

    /// <summary>Reads a seed.</summary>
    /// <exception cref="UserInputException">The text is no whole number of 0 to 2147483647.</exception>
    public static int ParseSeed(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seed)
        ? seed
        : throw new UserInputException($"seed '{text}' is not a whole number of 0 to {int.MaxValue}");

    /// <summary>Reads an input size: <c>224</c>, or <c>63x65</c> for rows and columns.</summary>
    /// <exception cref="UserInputException">The text is no size in range.</exception>
    public static (int Height, int Width) ParseInput(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] extents = text.Split('x', 'X');
        if (extents.Length is 1 or 2
            && TryParseExtent(extents[0], MinimumInputExtent, MaximumInputExtent, out int height)
            && TryParseExtent(extents[^1], MinimumInputExtent, MaximumInputExtent, out int width))
        {
            return (height, width);
        }

        throw new UserInputException($"input size '{text}' is not understood; give rows, or ROWSxCOLUMNS, each {MinimumInputExtent} to {MaximumInputExtent}");
    }

    /// <summary>Reads a count in a range.</summary>
    /// <exception cref="UserInputException">The text is no whole number in the range.</exception>
    public static int ParseCount(string what, string text, int minimum, int maximum) => TryParseExtent(text, minimum, maximum, out int count)
        ? count
        : throw new UserInputException($"{what} '{text}' is not a whole number of {minimum} to {maximum}");

    private static bool TryParseExtent(string text, int minimum, int maximum, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= minimum && value <= maximum;

    /// <summary>Reads a comma-separated list of layer names; whether they exist only the network can tell.</summary>
    /// <exception cref="UserInputException">A name is empty.</exception>
    public static IReadOnlyList<string> ParseLayers(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] layers = text.Split(',', StringSplitOptions.TrimEntries);
        return Array.TrueForAll(layers, static layer => layer.Length > 0)
            ? [.. layers.Distinct(StringComparer.Ordinal)]
            : throw new UserInputException($"the layer list '{text}' has an empty name; give call names or config keys, separated by commas");
    }
}
