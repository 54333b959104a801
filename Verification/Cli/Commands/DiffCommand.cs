using System.CommandLine;
using TileProof.Verification.Differences;
using TileProof.Verification.Options;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof diff</c>: what two runs differ in.</summary>
public static class DiffCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    /// <param name="execute">The run itself.</param>
    public static Command Create(CommandContext context, Func<DiffOptions, TextWriter, int> execute)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(execute);
        var oldFolder = new Argument<string>("old") { HelpName = "old", Description = "The report folder of the run that was." };
        var newFolder = new Argument<string>("new") { HelpName = "new", Description = "The report folder of the run that is." };
        var format = new Option<string>("--format") { HelpName = "name", Description = $"How to write: {string.Join(", ", Enum.GetValues<DifferenceFormat>().Select(ChoiceList.NameOf))}. Default: text." };
        var maximumCycles = new Option<string>("--max-cycles") { HelpName = "percent", Description = "How much the cycles of a whole network may grow, such as +1%. Default: any growth." };
        var maximumDrop = new Option<string>("--max-accuracy-drop") { HelpName = "drop", Description = "How much a network may lose, in dB of SQNR and in percentage points of top-1. Default: any loss." };
        var exact = new Option<bool>("--exact") { Description = "Fail on any difference." };
        var file = new Option<string>("--out", "-o") { HelpName = "file", Description = "Where to write. Default: the standard output." };
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("diff", "Compare two runs: what is proven, bytes, plans, hazards, cycles, accuracy.") { oldFolder, newFolder, format, maximumCycles, maximumDrop, exact, file, json };
        HelpWithExamples.AddTo(command,
        [
            ("tileproof diff reports/baseline reports", "everything that differs; exit code 1 if it is for the worse"),
            ("tileproof diff before after --max-cycles +1% --max-accuracy-drop 0.5", "with limits"),
            ("tileproof diff before after --format markdown -o comment.md", "for a pull request"),
            ("tileproof diff before after --exact --json", "any difference fails; for machines"),
        ]);
        command.SetAction(parsed => execute(
            new DiffOptions
            {
                OldFolder = parsed.GetValue(oldFolder)!,
                NewFolder = parsed.GetValue(newFolder)!,
                Format = FormatOf(parsed.GetValue(format), parsed.GetValue(json)),
                Limits = new DifferenceLimits
                {
                    MaximumCycleGrowthPercent = parsed.GetValue(maximumCycles) is { } growth ? DifferenceLimits.ParseGrowth(growth) : null,
                    MaximumAccuracyDrop = parsed.GetValue(maximumDrop) is { } drop ? DifferenceLimits.ParseDrop(drop) : null,
                    IsExact = parsed.GetValue(exact),
                },
                OutputFile = parsed.GetValue(file),
            },
            context.Output));
        return command;
    }

    private static DifferenceFormat FormatOf(string? name, bool asJson)
    {
        DifferenceFormat? named = name is null ? null : ChoiceList.ParseOne<DifferenceFormat>("format", name);
        return asJson && named is not (null or DifferenceFormat.Json)
            ? throw new Verification.UserInputException($"--json and --format {name} exclude each other; give one")
            : asJson ? DifferenceFormat.Json : named ?? DifferenceFormat.Text;
    }
}
