using System.CommandLine;
using TileProof.HwModel.Timing;
using TileProof.Verification.Cycles;
using TileProof.Verification.Options;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof whatif</c>: cycles under named changes.</summary>
public static class WhatIfCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    /// <param name="execute">The run itself.</param>
    public static Command Create(CommandContext context, Func<WhatIfOptions, TextWriter, CancellationToken, int> execute)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(execute);
        var defaults = new WhatIfOptions();
        var networks = new Option<string>("--networks") { HelpName = "names", Description = $"Networks: {string.Join(", ", VerifyOptions.KnownNetworks)}, all, {string.Join(", ", VerifyOptions.TrainedNetworks)}, or .onnx and .pte files. Default: {string.Join(", ", defaults.Networks)}." };
        var banks = new Option<string>("--banks") { HelpName = "sizes", Description = $"Local banks: 16k, bytes, or NxM bytes. Default: {string.Join(", ", defaults.Banks)}." };
        var machine = new MachineOption();
        var mode = new Option<string>("--mode") { HelpName = "name", Description = $"Machine mode: {string.Join(", ", Enum.GetValues<MachineMode>().Select(ChoiceList.NameOf))}. Default: {ChoiceList.NameOf(defaults.Mode)}." };
        var change = new Option<string[]>("--change")
        {
            HelpName = "change",
            Description = "Price this change layer by layer: FIELD=VALUE of a machine file, or a named change; several together.",
        };
        Option<bool> allowFallback = ModelOptions.CreateAllowFallback();
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("whatif", "Recompute the cycles of a network under changes, alone and combined.") { networks, allowFallback, machine.Option, banks, mode, change, json };
        HelpWithExamples.AddTo(command,
        [
            ("tileproof whatif", "both published networks, banks of 62976 bytes"),
            ("tileproof whatif --networks resnet50 --banks 16k,32k", "two bank sizes"),
            ("tileproof whatif --mode memory-model", "with the cost of system memory"),
            ("tileproof whatif --networks resnet18 --change dma.latencyCycles=200", "what a field of the machine file saves, layer by layer"),
            ("tileproof whatif --networks resnet18 --change overlap-loads --change fill-halo", "two named changes together"),
        ]);
        command.SetAction(parsed => execute(
            new WhatIfOptions
            {
                Networks = parsed.GetValue(networks) is { } names ? VerifyOptions.ParseNetworks(names) : defaults.Networks,
                AllowFallback = ModelOptions.TakeAllowFallback(parsed, allowFallback, parsed.GetValue(networks) is { } given ? VerifyOptions.ParseNetworks(given) : defaults.Networks),
                Banks = parsed.GetValue(banks) is null ? [machine.Bank(parsed, banks, defaults.Banks[0])] : machine.Banks(parsed, banks, defaults.Banks),
                Changes = parsed.GetValue(change) ?? [],
                PrintsJson = parsed.GetValue(json),
                Mode = parsed.GetValue(mode) is { } modeName ? ChoiceList.ParseOne<MachineMode>("machine mode", modeName) : defaults.Mode,
            },
            context.Output,
            context.Cancellation));
        return command;
    }
}
