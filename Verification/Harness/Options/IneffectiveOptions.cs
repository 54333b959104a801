using System.Globalization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Verification.Options;

/// <summary>Refuses settings that were given and cannot change the run, so that no report prints a setting that was not applied. Defaults are never refused.</summary>
/// <remarks>
/// A setting has to apply to every network of the run. <c>--banks</c>, <c>--programs</c>, <c>--seed</c> (it decides the images, too, on networks),
/// <c>--modes</c> and <c>--adversarial</c> apply to all; <c>--threads</c>, <c>--gpu</c>, <c>--out</c>, <c>--no-cache</c> and <c>--list</c> are no
/// claims on what is computed. <c>--plans</c> is refused where no layer has a plan (<c>PlanSet.DescribeUse</c>), <c>--modes</c> where no case is left.
/// </remarks>
public static class IneffectiveOptions
{
    /// <summary>Settings of networks, which recorded layers do not have.</summary>
    private static readonly string[] OfNetworks =
    [
        nameof(VerifyOptions.Layers), nameof(VerifyOptions.InputHeight), nameof(VerifyOptions.Batch), nameof(VerifyOptions.Derivation), nameof(VerifyOptions.Calibration),
        nameof(VerifyOptions.PerChannelWeights), nameof(VerifyOptions.AccuracyImages), nameof(VerifyOptions.AdversarialSchedules), nameof(VerifyOptions.AllowFallback),
        nameof(VerifyOptions.ProvesEveryInput), nameof(VerifyOptions.InputData), nameof(VerifyOptions.CalibrationData),
    ];

    /// <summary>What a user's own program never asks for: its cases are compared on one image, in the mode that the program has.</summary>
    private static readonly string[] BesideOwnPrograms =
    [
        nameof(VerifyOptions.ProvesEveryInput), nameof(VerifyOptions.AccuracyImages), nameof(VerifyOptions.Modes),
    ];

    /// <summary>Settings of runs, which a recorded program is none of: it is judged at its lines, and no network is loaded.</summary>
    private static readonly string[] BesideARecordedProgram = [.. OfNetworks, nameof(VerifyOptions.Networks), nameof(VerifyOptions.Modes), nameof(VerifyOptions.Landings), nameof(VerifyOptions.Seed)];

    /// <summary>Refuses what cannot have an effect whatever the networks are.</summary>
    /// <exception cref="UserInputException">A setting has no effect; the message names it and says why.</exception>
    public static void Refuse(VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.ProgramsFile is { } programs)
        {
            bool isRecorded = ProgramChoice.IsRecorded(programs);
            foreach (string setting in (isRecorded ? BesideARecordedProgram : BesideOwnPrograms).Where(setting => !IsOff(options, setting)))
            {
                RefuseIf(options, setting, IsFromCommandLine(setting), isRecorded ? "with a recorded program, which is judged as it is" : "with C programs of your own", "leave it out");
            }
        }

        if (options.Networks.Count == 0)
        {
            foreach (string setting in OfNetworks.Where(setting => !IsOff(options, setting)))
            {
                RefuseIf(options, setting, IsFromCommandLine(setting), "on recorded layers, which bring their own settings", "leave it out, or name --networks too");
            }

            bool onlyOrdered = !options.Landings.Contains(LandingKind.Random);
            RefuseIf(options, nameof(VerifyOptions.Seed), onlyOrdered && IsFromCommandLine(nameof(VerifyOptions.Seed)), "on recorded layers whose transfers do not land at random", "leave it out, or name --landing random");
        }

        RefuseIf(
            options,
            nameof(VerifyOptions.AccuracyImages),
            options is { AccuracyImages: > 0, Layers.Count: > 0 },
            "with chosen layers: accuracy is measured on whole networks",
            "give 0 images, or choose no layers");
        RefuseIf(
            options,
            nameof(VerifyOptions.Landings),
            options.Banks is [_, ..] && options.Banks.All(static bank => bank.CacheOnly),
            "without local memory: nothing is transferred",
            "leave it out, or give banks");
        RefuseIf(
            options,
            nameof(VerifyOptions.Landings),
            options.Modes is [ExecutionMode.Cache],
            "in mode cache: nothing is transferred",
            "leave it out, or run mode dma too");

        if (options.Modes is [ExecutionMode.Dma] && options.Banks is [_, ..] && options.Banks.All(static bank => bank.CacheOnly))
        {
            throw new UserInputException("nothing runs in mode dma without local memory; give banks, or mode cache");
        }

        // A project file is made for its models; --vectors in their place leaves its other settings without a claim.
        bool IsFromCommandLine(string setting) => options.Given.GetValueOrDefault(setting)?.StartsWith("--", StringComparison.Ordinal) == true;
    }

    /// <summary>Refuses what cannot have an effect on one of the networks.</summary>
    /// <param name="options">The options, with what was given.</param>
    /// <param name="sources">The networks as loaded.</param>
    /// <exception cref="UserInputException">A setting has no effect; the message names it, the network and why.</exception>
    public static void Refuse(VerifyOptions options, IReadOnlyList<NetworkSource> sources)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(sources);
        foreach (NetworkSource source in sources)
        {
            Network network = source.Network;
            RefuseOnModel(options, network.Name, network.Input.Shape, isBuiltIn: source.Recipe is not null);
            Require(nameof(VerifyOptions.CalibrationData), !source.CameQuantized, "which is quantized already");
            Require(nameof(VerifyOptions.Calibration), !source.CameQuantized, "which is quantized already");
            Require(nameof(VerifyOptions.PerChannelWeights), !options.PerChannelWeights || !source.CameQuantized, "which is quantized already");
            Require(nameof(VerifyOptions.PerChannelWeights), !options.PerChannelWeights || network.Convolutions.Any(), "which has no convolution");
            Require(nameof(VerifyOptions.AccuracyImages), options.AccuracyImages == 0 || !source.CameQuantized, "which has no float form to compare with");
            Require(nameof(VerifyOptions.AccuracyImages), options.AccuracyImages == 0 || !network.Calls.Any(static call => call is OnnxFallbackCall), "since calls of it run on the host");
            Require(nameof(VerifyOptions.Derivation), network.Convolutions.Any(call => options.Programs.Tiles(call.Shape)), "which has no convolution with a tiled kernel");
            Require(nameof(VerifyOptions.SoftmaxToleranceUlp), network.Calls.Any(static call => call is SoftmaxCall), "which has no softmax");

            void Require(string setting, bool applies, string reason) => RefuseIf(options, setting, !applies, $"on {network.Name}, {reason}", "leave it out");
        }
    }

    /// <summary>Refuses what cannot have an effect on what a model is read as, before it is quantized.</summary>
    /// <param name="options">The options, with what was given.</param>
    /// <param name="name">The name of the model.</param>
    /// <param name="input">The shape of its input as loaded.</param>
    /// <param name="isBuiltIn">Whether it is built in: no file.</param>
    /// <exception cref="UserInputException">A setting has no effect; the message names it, the model and why.</exception>
    public static void RefuseOnModel(VerifyOptions options, string name, TensorShape input, bool isBuiltIn)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require(nameof(VerifyOptions.InputHeight), (input.Height, input.Width) == (options.InputHeight, options.InputWidth), string.Create(CultureInfo.InvariantCulture, $"whose input is {input.Height}x{input.Width}"));
        Require(nameof(VerifyOptions.Batch), input.Batch == options.Batch, string.Create(CultureInfo.InvariantCulture, $"whose batch is {input.Batch}"));
        Require(nameof(VerifyOptions.AllowFallback), !options.AllowFallback || !isBuiltIn, "which is built in and needs none");

        void Require(string setting, bool applies, string reason) => RefuseIf(options, setting, !applies, $"on {name}, {reason}", "leave it out");
    }

    /// <summary>Refuses a seed where a model is written whose numbers come from its file.</summary>
    /// <param name="options">The options, with what was given.</param>
    /// <param name="source">The network as loaded.</param>
    /// <param name="isFloatForm">Whether the float form is written, before calibration.</param>
    /// <exception cref="UserInputException">A seed was given and decides nothing.</exception>
    public static void RefuseSeedOfExport(VerifyOptions options, NetworkSource source, bool isFloatForm)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(source);
        bool isIneffective = source.CameQuantized || (isFloatForm && source.Recipe is null);
        RefuseIf(options, nameof(VerifyOptions.Seed), isIneffective, $"on {source.Network.Name}, whose file has every number that is written", "leave it out");
    }

    /// <summary>Whether the setting asks for nothing, which nothing can ignore.</summary>
    private static bool IsOff(VerifyOptions options, string setting) => setting switch
    {
        nameof(VerifyOptions.AccuracyImages) => options.AccuracyImages == 0,
        nameof(VerifyOptions.AdversarialSchedules) => options.AdversarialSchedules == 0,
        nameof(VerifyOptions.ProvesEveryInput) => !options.ProvesEveryInput,
        _ => false,
    };

    private static void RefuseIf(VerifyOptions options, string setting, bool isIneffective, string where, string remedy)
    {
        if (isIneffective && options.Given.TryGetValue(setting, out string? name))
        {
            throw new UserInputException($"{name} has no effect {where}; {remedy}");
        }
    }
}
