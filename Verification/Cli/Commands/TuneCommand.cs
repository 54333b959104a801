using System.CommandLine;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;
using TileProof.Verification.Sharding;
using TileProof.Verification.Tuning;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof tune</c>: searches better tile plans and proves them.</summary>
public static class TuneCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    /// <param name="execute">The run itself.</param>
    public static Command Create(CommandContext context, Func<TuneOptions, IProgressReporter, TextWriter, CancellationToken, int> execute)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(execute);
        var defaults = new TuneOptions();
        var networks = new Option<string>("--networks") { HelpName = "names", Description = $"Networks: {string.Join(", ", VerifyOptions.KnownNetworks)}, all, {string.Join(", ", VerifyOptions.TrainedNetworks)}, or .onnx and .pte files. Default: {string.Join(", ", VerifyOptions.DefaultNetworks)}." };
        var banks = new Option<string>("--banks") { HelpName = "sizes", Description = $"Banks: {string.Join(", ", BankSetting.All)}, all, bytes, or NxM (unequal). Default: all." };
        var machine = new MachineOption();
        var input = new Option<string>("--input") { HelpName = "size", Description = "Input image: rows, or ROWSxCOLUMNS. Default: 64." };
        var seed = new Option<string>("--seed") { HelpName = "number", Description = "Seed of weights, images and random landings. Default: the seeds of the stored calibrations." };
        var perChannel = new Option<bool>("--per-channel") { Description = "One weight scale per output channel instead of one per tensor." };
        var mode = new Option<string>("--mode") { HelpName = "name", Description = $"How much of the memory system counts for the written plans: {List<MachineMode>()}. Default: {ChoiceList.NameOf(defaults.Mode)}." };
        var corrected = new Option<bool>("--corrected-cycles") { Description = "Count the waits of the corrected programs instead of those of the published ones." };
        var landings = new Option<string>("--landing") { HelpName = "names", Description = $"When transfers land while plans are proven: {List<LandingKind>()}, all. Default: at-wait." };
        var compatible = new Option<bool>("--compatible") { Description = "Search plans that the published programs run unchanged. The default." };
        var free = new Option<bool>("--free") { Description = "Search other loop orders, buffers and passes over the input channels too." };
        var exhaustive = new Option<bool>("--exhaustive") { Description = "Play every plan that fits, to prove the pruned search. Slow." };
        var withoutSizes = new Option<bool>("--no-bank-sizes") { Description = "Leave out the comparison of bank sizes from 2k to 256k." };
        var outputFolder = new Option<string>("--out") { HelpName = "folder", Description = "Where reports and plans are written. Default: reports." };
        Option<bool> allowFallback = ModelOptions.CreateAllowFallback();
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("tune", "Search tile plans with fewer cycles, and prove them bit for bit.")
        {
            networks, allowFallback, machine.Option, banks, input, perChannel, seed, mode, corrected, landings, compatible, free, exhaustive, withoutSizes, outputFolder, json,
        };
        var shard = new ShardOption(context);
        shard.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(compatible) && result.GetValue(free))
            {
                result.AddError("--compatible and --free exclude each other");
            }
        });
        HelpWithExamples.AddTo(command,
        [
            ("tileproof tune", "layer_configs.h for every bank setting, with fewer cycles"),
            ("tileproof tune --free --banks 8k,16k", "what other programs could gain"),
            ("tileproof tune --networks model.onnx --banks 61k", "a model of your own"),
            ("tileproof tune --shard 2/4 --out shards/2", "a quarter of it, for 'tileproof merge'"),
            ("tileproof verify --plans reports/tuned_plans.json", "prove the plans again in the conformance run"),
        ]);
        command.SetAction(parsed =>
        {
            VerifyOptions settings = defaults.Settings;
            var given = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach ((Option option, string setting) in new (Option, string)[] { (input, nameof(VerifyOptions.InputHeight)), (perChannel, nameof(VerifyOptions.PerChannelWeights)), (allowFallback, nameof(VerifyOptions.AllowFallback)) })
            {
                if (parsed.GetResult(option) is { Implicit: false })
                {
                    given[setting] = option.Name;
                }
            }

            ShardOptions? sharding = shard.Given(parsed);
            (int height, int width) = Read(parsed, input, VerifyOptions.ParseInput, (settings.InputHeight, settings.InputWidth));
            var options = new TuneOptions
            {
                Settings = settings with
                {
                    Networks = Read(parsed, networks, VerifyOptions.ParseNetworks, settings.Networks),
                    Machine = machine.Given(parsed) ?? settings.Machine,
                    Banks = machine.Banks(parsed, banks, settings.Banks),
                    InputHeight = height,
                    InputWidth = width,
                    Seed = Read(parsed, seed, text => (int?)VerifyOptions.ParseSeed(text), settings.Seed),
                    PerChannelWeights = parsed.GetValue(perChannel),
                    AllowFallback = ModelOptions.TakeAllowFallback(parsed, allowFallback, Read(parsed, networks, VerifyOptions.ParseNetworks, settings.Networks)),
                    Given = given,
                    OutputFolder = parsed.GetValue(outputFolder) ?? ShardOption.FolderIn(context.DefaultOutputFolder, sharding),
                    Sharding = sharding,
                },
                Mode = Read(parsed, mode, text => ChoiceList.ParseOne<MachineMode>("mode", text), defaults.Mode),
                Landings = Read(parsed, landings, text => ChoiceList.Parse<LandingKind>("landing policy", text), defaults.Landings),
                CountsCorrectedPrograms = parsed.GetValue(corrected),
                PrintsJson = parsed.GetValue(json),
                IsFree = parsed.GetValue(free),
                Depth = parsed.GetValue(exhaustive) ? SearchDepth.Exhaustive : SearchDepth.Pruned,
                ComparesBanks = !parsed.GetValue(withoutSizes),
            };
            return execute(options, context.Progress, context.Output, context.Cancellation);
        });
        return command;
    }

    private static TValue Read<TValue>(ParseResult parsed, Option<string> option, Func<string, TValue> parse, TValue whenAbsent) =>
        parsed.GetValue(option) is { } text ? parse(text) : whenAbsent;

    private static string List<TEnum>()
        where TEnum : struct, Enum => string.Join(", ", Enum.GetValues<TEnum>().Select(ChoiceList.NameOf));
}
