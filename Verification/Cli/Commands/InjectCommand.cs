using System.CommandLine;
using TileProof.Verification;
using TileProof.Verification.Mutation;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;
using TileProof.Verification.Sharding;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof inject</c>: the self-test of the harness with deliberate defects.</summary>
public static class InjectCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    /// <param name="execute">The run itself.</param>
    public static Command Create(CommandContext context, Func<InjectOptions, IProgressReporter, TextWriter, CancellationToken, int> execute)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(execute);
        var bank = new Option<string>("--banks") { HelpName = "size", Description = $"Banks of every layer: 16k, bytes, or NxM bytes. Default: {new InjectOptions().Bank}." };
        var outputFolder = new Option<string>("--out") { HelpName = "folder", Description = "Where mutation.csv is written. Default: reports." };
        var listOnly = new Option<bool>("--list") { Description = "List the defects and run none." };
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("inject", "Put deliberate defects into the programs and see what catches them.") { bank, outputFolder, listOnly, json };
        var shard = new ShardOption(context);
        shard.AddTo(command);
        HelpWithExamples.AddTo(command,
        [
            ("tileproof inject", "every defect on every layer, banks of 16 KiB"),
            ("tileproof inject --banks 61k", "the same with the published banks"),
            ("tileproof inject --shard 2/4 --out shards/2", "a quarter of it, for 'tileproof merge'"),
            ("tileproof inject --list", "the defects"),
        ]);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(listOnly) && (parsed.GetValue(bank) ?? parsed.GetValue(outputFolder)) is not null)
            {
                throw new UserInputException($"{(parsed.GetValue(bank) is null ? "--out" : "--banks")} has no effect with --list, which runs nothing; leave it out");
            }

            ShardOptions? sharding = shard.Given(parsed);
            var options = new InjectOptions
            {
                Bank = parsed.GetValue(bank) is { } text ? BankSetting.Parse(text) : new InjectOptions().Bank,
                OutputFolder = parsed.GetValue(outputFolder) ?? ShardOption.FolderIn(context.DefaultOutputFolder, sharding),
                Sharding = sharding,
                PrintsJson = parsed.GetValue(json),
                ListOnly = parsed.GetValue(listOnly),
            };
            return execute(options, context.Progress, context.Output, context.Cancellation);
        });
        return command;
    }
}
