using System.Globalization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;

namespace TileProof.Verification;

/// <summary>What a conformance run does. The defaults are the whole matrix.</summary>
public sealed record VerifyOptions
{
    /// <summary>The seed of weights, images and random landings when none is given.</summary>
    public const int DefaultSeed = 1;

    /// <summary>The networks that can be named.</summary>
    public static IReadOnlyList<string> KnownNetworks { get; } = ["resnet18"];

    /// <summary>The networks to run; none when only vectors are run.</summary>
    public IReadOnlyList<string> Networks { get; init; } = KnownNetworks;

    /// <summary>The bank settings to run each layer with.</summary>
    public IReadOnlyList<BankSetting> Banks { get; init; } = BankSetting.All;

    /// <summary>The modes to run; a case whose mode is not among them is left out.</summary>
    public IReadOnlyList<ExecutionMode> Modes { get; init; } = Enum.GetValues<ExecutionMode>();

    /// <summary>The landing policies to run each tiled case with.</summary>
    public IReadOnlyList<LandingKind> Landings { get; init; } = Enum.GetValues<LandingKind>();

    /// <summary>The layers to run, by call name or config key; empty for all.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>The seed of weights, images and random landings, 0 or more.</summary>
    public int Seed { get; init; } = DefaultSeed;

    /// <summary>The folder that reports are written to.</summary>
    public string OutputFolder { get; init; } = "reports";

    /// <summary>A folder of single-layer vectors to run (see <see cref="VectorFolder"/>), or null.</summary>
    public string? VectorsFolder { get; init; }

    /// <summary>Whether to list the cases and run none.</summary>
    public bool ListOnly { get; init; }

    /// <summary>Reads a seed.</summary>
    /// <exception cref="UserInputException">The text is no whole number of 0 to 2147483647.</exception>
    public static int ParseSeed(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seed)
        ? seed
        : throw new UserInputException($"seed '{text}' is not a whole number of 0 to {int.MaxValue}");

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
