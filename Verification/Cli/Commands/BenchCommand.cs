using System.CommandLine;
using TileProof.Verification;
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
        var programs = new Option<string>("--programs") { HelpName = "file", Description = "Instead: what the checks of your own C programs cost, a .json file that describes them." };
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("bench", "Measure the simulated DSP beside ONNX Runtime.") { bank, quick, programs, json };
        HelpWithExamples.AddTo(command,
        [
            ("tileproof bench", "networks, kernels, image sizes and the default matrix"),
            ("tileproof bench --quick --banks 16k", "one inference of each network at 16k"),
            ("tileproof bench --programs kernels.json --banks 16k", "the cost of checked accesses in your own C"),
        ]);
        command.SetAction(parsed =>
        {
            BenchOptions options = defaults with { Program = context.Program, PrintsJson = parsed.GetValue(json), Bank = parsed.GetValue(bank) is { } text ? BankSetting.Parse(text) : defaults.Bank };
            if (parsed.GetValue(programs) is { } file)
            {
                if (!ProgramChoice.IsFile(file) || ProgramChoice.IsRecorded(file))
                {
                    throw new UserInputException($"'{file}' is no .json file; --programs takes the description of C programs here");
                }

                options = options with { ProgramsFile = file, CacheFolder = context.CacheFolder };
            }

            if (parsed.GetValue(quick))
            {
                options = options with { Networks = [.. options.Networks.Where(static entry => entry.ImageExtent == 64)], ScalingExtents = [], WithMatrix = false };
            }

            return execute(options, context.Progress, context.Output, context.Cancellation);
        });
        return command;
    }
}
