using System.CommandLine;
using System.CommandLine.Parsing;
using TileProof.Golden.Quantization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Kernels.Devices;
using TileProof.Operators.Requantizing;
using TileProof.Verification;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;
using TileProof.Verification.Project;
using TileProof.Verification.Sharding;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof verify</c>: the conformance run.</summary>
public static class VerifyCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    /// <param name="execute">The run itself.</param>
    public static Command Create(CommandContext context, Func<VerifyOptions, IProgressReporter, TextWriter, CancellationToken, int> execute)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(execute);
        var networks = new Option<string>("--networks") { HelpName = "names", Description = $"Networks: {List(VerifyOptions.KnownNetworks)}, all, {List(VerifyOptions.TrainedNetworks)}, or .onnx and .pte files. Default: {List(VerifyOptions.DefaultNetworks)}." };
        var banks = new Option<string>("--banks")
        {
            HelpName = "sizes",
            Description = $"Banks: {List(BankSetting.All)}, all, bytes, or NxM (unequal). 61k: 62976. Default: all.",
        };
        var machine = new MachineOption();
        var modes = new Option<string>("--modes") { HelpName = "names", Description = $"Modes: {List<ExecutionMode>()}, all. Default: all." };
        var landings = new Option<string>("--landing") { HelpName = "names", Description = $"When a DMA transfer lands: {List<LandingKind>()}, all. Default: {List(VerifyOptions.DefaultLandings.Select(ChoiceList.NameOf))}." };
        var layers = ModelOptions.CreateLayers();
        var seed = new Option<string>("--seed")
        {
            HelpName = "number",
            Description = "Seed of weights, images and random landings. Default: the seeds of the stored calibrations.",
        };
        var input = new Option<string>("--input")
        {
            HelpName = "size",
            Description = $"Input image: rows, or ROWSxCOLUMNS, {VerifyOptions.MinimumInputExtent} to {VerifyOptions.MaximumInputExtent}. Default: 64.",
        };
        var batch = new Option<string>("--batch") { HelpName = "count", Description = $"Images that a call works on at once, 1 to {VerifyOptions.MaximumBatch}. Default: 1." };
        var derivation = new Option<string>("--derivation")
        {
            HelpName = "name",
            Description = $"How convolutions derive their requantization: {List<ParameterDerivation>()}. Default: {ChoiceList.NameOf(ParameterDerivation.L1Norm)}.",
        };
        var calibration = new Option<string>("--calibration")
        {
            HelpName = "name",
            Description = $"How activation ranges are found: {List<CalibrationMethod>()}. Default: {ChoiceList.NameOf(CalibrationMethod.MinMax)}.",
        };
        var perChannel = new Option<bool>("--per-channel") { Description = "One weight scale per output channel instead of one per tensor." };
        var images = new Option<string>("--images")
        {
            HelpName = "count",
            Description = $"Images of the accuracy report, 0 (no report) to {VerifyOptions.MaximumAccuracyImages}. Default: 32.",
        };
        var device = new Option<string>("--gpu")
        {
            HelpName = "device",
            Description = $"Device of the data-parallel golden engine: {List(DeviceChoices.Words)}. Default: auto.",
        };
        var programs = new Option<string>("--programs")
        {
            HelpName = "name",
            Description = $"Version of the DSP programs: {ProgramChoice.Names}; or your own C programs, a .json file that describes them, or a .jsonl file that recorded one. Default: {ProgramLibrary.Corrected.Name}.",
        };
        var sarif = new Option<string>("--sarif") { HelpName = "file", Description = "Also write the findings in your own C programs as SARIF 2.1." };
        var junit = new Option<string>("--junit") { HelpName = "file", Description = "Also write the results as JUnit XML." };
        Option<bool> json = JsonOutput.CreateOption();
        var adversarial = new Option<string>("--adversarial")
        {
            HelpName = "count",
            Description = "Schedules with other landings, buffer places and memory contents for each call. Default: 0.",
        };
        var proof = new Option<string>("--proof") { HelpName = "choice", Description = "Whether programs are also proven for every input: on, off. Default: on." };
        var noCache = new Option<bool>("--no-cache") { Description = "Run everything again, and keep no results for later." };
        var threads = ModelOptions.CreateThreads("Cases that run");
        var outputFolder = new Option<string>("--out") { HelpName = "folder", Description = "Where reports are written. Default: reports." };
        var vectors = new Option<string>("--vectors")
        {
            HelpName = "folder",
            Description = "Run the recorded layers in here instead of networks (with them when --networks is given).",
        };
        Option<bool> allowFallback = ModelOptions.CreateAllowFallback();
        var project = new Option<string>("--project") { HelpName = "file", Description = $"Take settings from a {ProjectFile.CustomaryName}; options given here go before them." };
        var plans = new Option<string>("--plans") { HelpName = "file", Description = "Run convolutions with the plans of this file, at its banks unless others are named." };
        var inputData = new InputDataOption(calibrates: true);
        var listOnly = new Option<bool>("--list") { Description = "List the cases and run none." };
        var caseFile = new Option<string>("--case") { HelpName = "file", Description = "Judge one case that a fuzz campaign wrote, as its file says." };
        var command = new Command("verify", "Run every layer at every bank setting and compare bit for bit.")
        {
            networks, machine.Option, banks, modes, landings, layers, input, batch, derivation, calibration, perChannel, images, device, seed, programs, sarif, junit, json, adversarial, proof, threads, noCache, outputFolder, vectors, plans, allowFallback, project, listOnly, caseFile,
        };
        var shard = new ShardOption(context);
        shard.AddTo(command);
        inputData.AddTo(command);
        HelpWithExamples.AddTo(command,
        [
            ("tileproof verify", "the whole matrix"),
            ("tileproof verify --banks 16k,61k --modes dma", "two bank sizes, tiled cases only"),
            ("tileproof verify --banks 16384x8192 --landing random --seed 7", "unequal banks, transfers land at random"),
            ("tileproof verify --networks resnet50 --input 224", "the published training size"),
            ("tileproof verify --networks model.onnx --banks 61k", "a model of your own"),
            ("tileproof verify --networks model.onnx --input-data image.png", "on your own image"),
            ("tileproof verify --vectors layers --out results", "recorded layers instead of a network"),
            ("tileproof verify --programs published", "the published programs, with every hazard"),
            ("tileproof verify --programs kernels.json --networks resnet18", "your own C on the simulated DSP"),
            ("tileproof verify --adversarial 20", "20 schedules that a right program must not notice"),
            ("tileproof verify --machine wide-one-bank", "another machine: 1024-bit vectors, one bank"),
            ("tileproof verify --plans tuned_plans.json", "the plans that tune found, or your own"),
            ("tileproof verify --junit results.xml", "results for a CI server"),
            ("tileproof verify --shard 3/8 --out shards/3", "the third of eight parts, for 'tileproof merge'"),
            ("tileproof verify --adversarial 1000 --dry-run", "how even up to 1,000 shards would be"),
            ("tileproof verify --list", "what would run"),
            ("tileproof verify --case reports/fuzz-4711/case.json", "a case that a fuzz campaign found"),
        ]);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(caseFile) is not null)
            {
                RefuseOthers(parsed, caseFile, json, programs, noCache);
            }

            string? vectorsFolder = parsed.GetValue(vectors);
            string? plansFile = parsed.GetValue(plans);
            VerifyOptions defaults = parsed.GetValue(project) is { } file
                ? ProjectFile.Read(file)
                : new VerifyOptions { OutputFolder = context.DefaultOutputFolder };
            DescribedMachine on = machine.Given(parsed) ?? defaults.Machine;
            var given = new Dictionary<string, string>(defaults.Given, StringComparer.Ordinal);
            ShardOptions? sharding = shard.Given(parsed);
            if (inputData.Given(parsed) is not null)
            {
                given[nameof(VerifyOptions.InputData)] = "--input-data";
            }

            if (inputData.Calibration(parsed) is not null)
            {
                given[nameof(VerifyOptions.CalibrationData)] = "--calibrate";
            }

            (int height, int width) = Take(input, nameof(VerifyOptions.InputHeight), VerifyOptions.ParseInput, (defaults.InputHeight, defaults.InputWidth));
            VerifyOptions options = defaults with
            {
                Networks = Take(networks, nameof(VerifyOptions.Networks), VerifyOptions.ParseNetworks, vectorsFolder is null ? defaults.Networks : []),
                Machine = on,
                Banks = parsed.GetValue(banks) is { } sizes ? BankSetting.ParseList(sizes, on)
                    : plansFile is not null && !defaults.Given.ContainsKey(nameof(VerifyOptions.Banks)) ? []
                    : on == defaults.Machine ? defaults.Banks : BankSetting.DefaultsOf(on),
                PlansFile = plansFile,
                Modes = Take(modes, nameof(VerifyOptions.Modes), text => ChoiceList.Parse<ExecutionMode>("mode", text), defaults.Modes),
                Landings = Take(landings, nameof(VerifyOptions.Landings), text => ChoiceList.Parse<LandingKind>("landing policy", text), defaults.Landings),
                Layers = Take(layers, nameof(VerifyOptions.Layers), VerifyOptions.ParseLayers, defaults.Layers),
                InputHeight = height,
                InputWidth = width,
                Batch = Take(batch, nameof(VerifyOptions.Batch), text => VerifyOptions.ParseCount("batch", text, 1, VerifyOptions.MaximumBatch), defaults.Batch),
                InputData = inputData.Given(parsed),
                CalibrationData = inputData.Calibration(parsed),
                Derivation = Take(derivation, nameof(VerifyOptions.Derivation), text => ChoiceList.ParseOne<ParameterDerivation>("derivation", text), defaults.Derivation),
                Calibration = Take(calibration, nameof(VerifyOptions.Calibration), text => ChoiceList.ParseOne<CalibrationMethod>("calibration", text), defaults.Calibration),
                Device = Read(parsed, device, text => DeviceChoices.Parse(ChoiceList.Parse("device", text, [.. DeviceChoices.Words])[0]), defaults.Device),
                PerChannelWeights = TakeFlag(perChannel, nameof(VerifyOptions.PerChannelWeights), defaults.PerChannelWeights),
                AccuracyImages = Take(images, nameof(VerifyOptions.AccuracyImages), text => VerifyOptions.ParseCount("image count", text, 0, VerifyOptions.MaximumAccuracyImages), defaults.AccuracyImages),
                Seed = Take(seed, nameof(VerifyOptions.Seed), text => (int?)VerifyOptions.ParseSeed(text), defaults.Seed),
                Programs = Read(parsed, programs, text => ProgramChoice.IsFile(text) ? defaults.Programs : ProgramChoice.Parse(text), defaults.Programs),
                ProgramsFile = parsed.GetValue(programs) is { } named && ProgramChoice.IsFile(named) ? named : null,
                SarifFile = parsed.GetValue(sarif),
                JUnitFile = parsed.GetValue(junit),
                CaseFile = parsed.GetValue(caseFile),
                PrintsJson = parsed.GetValue(json),
                AnnotatesForGitHub = context.AnnotatesForGitHub,
                AdversarialSchedules = Take(
                    adversarial, nameof(VerifyOptions.AdversarialSchedules), text => VerifyOptions.ParseCount("schedule count", text, 0, VerifyOptions.MaximumAdversarialSchedules), defaults.AdversarialSchedules),
                ProvesEveryInput = Take(proof, nameof(VerifyOptions.ProvesEveryInput), text => VerifyOptions.ParseSwitch("--proof", text), defaults.ProvesEveryInput),
                CacheFolder = parsed.GetValue(noCache) ? null : context.CacheFolder,
                ThreadCount = Read(parsed, threads, text => VerifyOptions.ParseCount("thread count", text, 1, VerifyOptions.MaximumThreadCount), defaults.ThreadCount),
                OutputFolder = parsed.GetValue(outputFolder) ?? ShardOption.FolderIn(defaults.OutputFolder, sharding),
                Sharding = sharding,
                VectorsFolder = vectorsFolder,
                AllowFallback = TakeFlag(allowFallback, nameof(VerifyOptions.AllowFallback), defaults.AllowFallback),
                ListOnly = parsed.GetValue(listOnly),
                Given = given,
            };
            return execute(options, context.Progress, context.Output, context.Cancellation);

            TValue Take<TValue>(Option<string> option, string setting, Func<string, TValue> parse, TValue whenAbsent)
            {
                if (parsed.GetValue(option) is not { } text)
                {
                    return whenAbsent;
                }

                given[setting] = option.Name;
                return parse(text);
            }

            bool TakeFlag(Option<bool> option, string setting, bool whenAbsent)
            {
                if (!parsed.GetValue(option))
                {
                    return whenAbsent;
                }

                given[setting] = option.Name;
                return true;
            }
        });
        return command;
    }

    /// <summary>A case is judged as its file says; nothing beside it can have an effect.</summary>
    private static void RefuseOthers(ParseResult parsed, params Option[] allowed)
    {
        if (parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit && !allowed.Contains(option.Option)) is { } other)
        {
            throw new UserInputException($"'{other.Option.Name}' has no effect beside --case, whose file says what is judged");
        }
    }

    private static TValue Read<TValue>(ParseResult parsed, Option<string> option, Func<string, TValue> parse, TValue whenAbsent) =>
        parsed.GetValue(option) is { } text ? parse(text) : whenAbsent;

    private static string List<TItem>(IEnumerable<TItem> items) => string.Join(", ", items);

    private static string List<TEnum>()
        where TEnum : struct, Enum => List(Enum.GetValues<TEnum>().Select(ChoiceList.NameOf));
}
