using System.CommandLine;
using TileProof.Verification.TimingCalibration;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof calibrate</c>: fits the timing model.</summary>
public static class CalibrateCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    /// <param name="execute">The run itself.</param>
    public static Command Create(CommandContext context, Func<CalibrateOptions, TextWriter, CancellationToken, int> execute)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(execute);
        var defaults = new CalibrateOptions();
        var published = new Option<string>("--published") { HelpName = "folder", Description = $"The published cycle figures. Default: {defaults.PublishedFolder}." };
        var outputFile = new Option<string>("--out") { HelpName = "file", Description = $"The coefficients that the next build carries. Default: {defaults.CoefficientsFile}." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Fit and report, and leave the file as it is." };
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("calibrate", "Fit the timing model to published cycles and print its errors.") { published, outputFile, dryRun, json };
        HelpWithExamples.AddTo(command,
        [
            ("tileproof calibrate", "fit, report, and write the coefficients"),
            ("tileproof calibrate --dry-run", "fit and report"),
        ]);
        command.SetAction(parsed => execute(
            new CalibrateOptions
            {
                PublishedFolder = parsed.GetValue(published) ?? defaults.PublishedFolder,
                CoefficientsFile = parsed.GetValue(outputFile) ?? defaults.CoefficientsFile,
                DryRun = parsed.GetValue(dryRun),
                PrintsJson = parsed.GetValue(json),
            },
            context.Output,
            context.Cancellation));
        return command;
    }
}
