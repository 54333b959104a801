using System.CommandLine;
using TileProof.HwModel.Timing;
using TileProof.Verification;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;
using TileProof.Verification.OwnCalibration;
using TileProof.Verification.TimingCalibration;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof calibrate</c>: fits the timing model to published figures, or the costs of a machine to a user's logs.</summary>
public static class CalibrateCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    /// <param name="execute">The run on published figures.</param>
    /// <param name="executeOwn">The run on a user's logs.</param>
    public static Command Create(
        CommandContext context, Func<CalibrateOptions, TextWriter, CancellationToken, int> execute, Func<OwnCalibrationOptions, TextWriter, CancellationToken, int> executeOwn)
    {
        ArgumentNullException.ThrowIfNull(executeOwn);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(execute);
        var defaults = new CalibrateOptions();
        var published = new Option<string>("--published") { HelpName = "folder", Description = "A folder of published cycle figures. Default: those that the build carries, of Fixtures/published." };
        var outputFile = new Option<string>("--out") { HelpName = "file", Description = $"The coefficients that the next build carries, {defaults.CoefficientsFile} of the repository by default; with --logs the set of costs that a machine file names." };
        var logs = new Option<string[]>("--logs") { HelpName = "files", AllowMultipleArgumentsPerToken = true, Description = "Logs with PERF_LOG lines of your own core: fit its costs to them in place of the published figures." };
        var networks = new Option<string>("--networks") { HelpName = "list", Description = "With --logs: the network of every log, or one for all. Default: resnet18." };
        var machine = new MachineOption();
        var banks = new Option<string>("--banks") { HelpName = "list", Description = "With --logs: the banks of every log, or one setting for all. Default: those of the machine." };
        var mode = new Option<string>("--mode") { HelpName = "name", Description = $"With --logs: how they were made: {string.Join(", ", Enum.GetValues<MachineMode>().Select(ChoiceList.NameOf))}. Default: release." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Fit and report, and leave the file as it is." };
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("calibrate", "Fit the timing model to published cycles, or to logs of your own core, and print its errors.") { published, outputFile, dryRun, logs, networks, machine.Option, banks, mode, json };
        HelpWithExamples.AddTo(command,
        [
            ("tileproof calibrate", "fit, report, and write the coefficients"),
            ("tileproof calibrate --dry-run", "fit and report"),
            ("tileproof calibrate --logs a.log b.log --machine mine.json --banks 16k,32k --out costs.json", "fit the costs of your own machine"),
        ]);
        command.SetAction(parsed => parsed.GetValue(logs) is { Length: > 0 } files ? ExecuteOwn(parsed, files) : ExecutePublished(parsed));
        return command;

        int ExecutePublished(ParseResult parsed)
        {
            Option<string>[] ofLogs = [networks, machine.Option, banks, mode];
            if (Array.Find(ofLogs, option => parsed.GetValue(option) is not null) is { } given)
            {
                throw new UserInputException($"{given.Name} has no effect without --logs; leave it out");
            }

            return execute(
                new CalibrateOptions
                {
                    PublishedFolder = parsed.GetValue(published),
                    CoefficientsFile = parsed.GetValue(outputFile) ?? Path.Combine(context.RepositoryFolder, defaults.CoefficientsFile),
                    DocumentFile = parsed.GetValue(outputFile) is null ? Path.Combine(context.RepositoryFolder, defaults.DocumentFile!) : null,
                    DryRun = parsed.GetValue(dryRun),
                    PrintsJson = parsed.GetValue(json),
                },
                context.Output,
                context.Cancellation);
        }

        int ExecuteOwn(ParseResult parsed, string[] files)
        {
            if (parsed.GetValue(published) is not null)
            {
                throw new UserInputException("--published has no effect with --logs; leave it out");
            }

            if ((parsed.GetValue(outputFile) is null) != parsed.GetValue(dryRun))
            {
                throw new UserInputException("--logs takes either --out FILE.json for the set of costs, or --dry-run");
            }

            DescribedMachine on = machine.Given(parsed) ?? DescribedMachine.Published;
            return executeOwn(
                new OwnCalibrationOptions
                {
                    Logs = files,
                    Networks = [.. (parsed.GetValue(networks) ?? "resnet18").Split(',', StringSplitOptions.TrimEntries)
                        .Select(static name => VerifyOptions.ParseNetworks(name) is [string one] ? one : throw new UserInputException($"'{name}' names several networks; a log is of one"))],
                    Machine = on,
                    Banks = parsed.GetValue(banks) is { } sizes ? [.. sizes.Split(',', StringSplitOptions.TrimEntries).Select(size => BankSetting.Parse(size, on))] : [],
                    Mode = parsed.GetValue(mode) is { } name ? ChoiceList.ParseOne<MachineMode>("machine mode", name) : MachineMode.Release,
                    OutputFile = parsed.GetValue(outputFile),
                    PrintsJson = parsed.GetValue(json),
                },
                context.Output,
                context.Cancellation);
        }
    }
}
