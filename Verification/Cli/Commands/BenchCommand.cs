using System.CommandLine;
using TileProof.Verification.Benchmarks;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof bench</c>: how fast the simulator is.</summary>
public static class BenchCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    /// <param name="execute">The run itself.</param>
    public static Command Create(CommandContext context, Func<BenchOptions, IProgressReporter, TextWriter, CancellationToken, int> execute)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(execute);
        var defaults = new BenchOptions();
        var bank = new Option<string>("--banks") { HelpName = "size", Description = $"Banks of the simulated DSP. Default: {defaults.Bank}." };
        var quick = new Option<bool>("--quick") { Description = "Networks at 64x64 only: no other sizes and no matrix." };
        var command = new Command("bench", "Measure the simulated DSP beside ONNX Runtime.") { bank, quick };
        HelpWithExamples.AddTo(command,
        [
            ("tileproof bench", "networks, kernels, image sizes and the default matrix"),
            ("tileproof bench --quick --banks 16k", "one inference of each network at 16k"),
        ]);
        command.SetAction(parsed =>
        {
            BenchOptions options = defaults with { Program = context.Program, Bank = parsed.GetValue(bank) is { } text ? BankSetting.Parse(text) : defaults.Bank };
            if (parsed.GetValue(quick))
            {
                options = options with { Networks = [.. options.Networks.Where(static entry => entry.ImageExtent == 64)], ScalingExtents = [], WithMatrix = false };
            }

            return execute(options, context.Progress, context.Output, context.Cancellation);
        });
        return command;
    }
}
