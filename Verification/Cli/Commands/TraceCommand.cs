using System.CommandLine;
using TileProof.HwModel.Timing;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Cycles;
using TileProof.Verification.Options;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof trace</c>: the timeline of one call.</summary>
public static class TraceCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    /// <param name="execute">The run itself.</param>
    public static Command Create(CommandContext context, Func<TraceOptions, TextWriter, int> execute)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(execute);
        var defaults = new TraceOptions();
        var network = new Option<string>("--networks") { HelpName = "name", Description = $"A built-in network ({string.Join(", ", VerifyOptions.KnownNetworks.Concat(VerifyOptions.TrainedNetworks))}) or an .onnx or .pte file. Default: {defaults.Network}." };
        Option<bool> allowFallback = ModelOptions.CreateAllowFallback();
        var layer = new Option<string>("--layers") { HelpName = "layer", Description = $"The call: {CallSelection.Forms}. Default: the whole network." };
        var banks = new Option<string>("--banks") { HelpName = "size", Description = $"Local banks: 16k, bytes, or NxM bytes. Default: {defaults.Bank}." };
        var machine = new MachineOption();
        var mode = new Option<string>("--mode") { HelpName = "name", Description = $"Machine mode: {string.Join(", ", Enum.GetValues<MachineMode>().Select(ChoiceList.NameOf))}. Default: {ChoiceList.NameOf(defaults.Mode)}." };
        var programs = new Option<string>("--programs") { HelpName = "name", Description = $"Version of the DSP programs: {ProgramChoice.Names}; or your own C programs, a .json file that describes them, or a .jsonl file that recorded one. Default: {defaults.Programs.Name}." };
        var inputData = new InputDataOption();
        var outputFile = new Option<string>("--out", "-o") { HelpName = "file", Description = "The trace. Default: a file in reports that is named after the call." };
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("trace", "Write the timeline of one call, or of a whole network, for ui.perfetto.dev.") { network, allowFallback, layer, machine.Option, banks, mode, programs, outputFile, json };
        inputData.AddTo(command);
        HelpWithExamples.AddTo(command,
        [
            ("tileproof trace --networks resnet18 --layers 6 --banks 16k", "core, DMA channels, bank use"),
            ("tileproof trace --networks resnet50 --banks 16k", "all calls of a network, one behind the other"),
            ("tileproof trace --layers conv1 --mode memory-model -o conv1.json", "with the cost of system memory"),
            ("tileproof trace --layers 6 --banks 16k --programs published", "where the published program breaks rules"),
            ("tileproof trace --layers 6 --banks 16k --programs kernels.json", "your own C, with its lines"),
        ]);
        command.SetAction(parsed => execute(
            new TraceOptions
            {
                Network = parsed.GetValue(network) is { } name ? One(VerifyOptions.ParseNetworks(name), "network", name) : defaults.Network,
                AllowFallback = ModelOptions.TakeAllowFallback(parsed, allowFallback, VerifyOptions.ParseNetworks(parsed.GetValue(network) ?? defaults.Network)),
                Layer = parsed.GetValue(layer),
                PrintsJson = parsed.GetValue(json),
                Bank = parsed.GetValue(banks) is { } bank ? One(machine.Banks(parsed, banks, []), "bank setting", bank) : machine.Bank(parsed, banks, defaults.Bank),
                Mode = parsed.GetValue(mode) is { } modeName ? ChoiceList.ParseOne<MachineMode>("machine mode", modeName) : defaults.Mode,
                Programs = parsed.GetValue(programs) is { } programsName && !ProgramChoice.IsFile(programsName) ? ProgramChoice.Parse(programsName) : defaults.Programs,
                ProgramsFile = parsed.GetValue(programs) is { } programsFile && ProgramChoice.IsFile(programsFile) ? programsFile : null,
                InputData = inputData.Given(parsed),
                CacheFolder = context.CacheFolder,
                OutputFile = parsed.GetValue(outputFile),
                OutputFolder = context.DefaultOutputFolder,
            },
            context.Output));
        return command;
    }

    private static TItem One<TItem>(IReadOnlyList<TItem> items, string what, string text) =>
        items is [TItem one] ? one : throw new UserInputException($"'{text}' names more than one {what}; a trace shows one");
}
