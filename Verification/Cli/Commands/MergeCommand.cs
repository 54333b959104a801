using System.CommandLine;
using TileProof.Verification;
using TileProof.Verification.Fuzzing;
using TileProof.Verification.Sharding;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof merge</c>: the reports of one run from what its shards have computed.</summary>
public static class MergeCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    /// <param name="run">Runs the command line that the shards are of, with the context that holds the shards.</param>
    public static Command Create(CommandContext context, Func<IReadOnlyList<string>, CommandContext, int> run)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(run);
        var folders = new Argument<string[]>("folders") { HelpName = "folders", Description = "The folders of all shards, in any order.", Arity = ArgumentArity.OneOrMore };
        var outputFolder = new Option<string>("--out") { HelpName = "folder", Description = "Where reports are written. Default: reports." };
        var junit = new Option<string>("--junit") { HelpName = "file", Description = "Also write the results as JUnit XML, for shards of verify." };
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("merge", "Make the reports of a run from the results of its shards.") { folders, outputFolder, junit, json };
        HelpWithExamples.AddTo(command,
        [
            ("tileproof verify --shard 1/8 --out shards/1", "the first of eight parts; the others may run elsewhere"),
            ("tileproof merge shards/1 shards/2 shards/3 shards/4 shards/5 shards/6 shards/7 shards/8 --out reports", "the reports of one run"),
        ]);
        command.SetAction(parsed =>
        {
            string[] given = parsed.GetValue(folders)!;
            string output = parsed.GetValue(outputFolder) ?? context.DefaultOutputFolder;
            if (Array.Find(given, folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(output))) is { } taken)
            {
                throw new UserInputException($"'{taken}' is the folder of a shard and cannot hold the reports too; give another --out");
            }

            if (Array.Exists(given, FuzzMerge.IsPart))
            {
                return parsed.GetValue(junit) is null
                    ? FuzzMerge.Execute(given, output, parsed.GetValue(json), context.Progress, context.Output)
                    : throw new UserInputException("--junit has no effect on shards of a fuzz campaign; leave it out");
            }

            ShardSet shards = ShardSet.Read(given);
            string[] arguments =
            [
                .. shards.Manifest.Arguments,
                "--out", output,
                .. parsed.GetValue(junit) is { } file ? ["--junit", file] : Array.Empty<string>(),
                .. parsed.GetValue(json) ? ["--json"] : Array.Empty<string>(),
            ];
            return run(arguments, context with { Merging = shards });
        });
        return command;
    }
}
