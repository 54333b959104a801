using System.CommandLine;
using TileProof.Verification;
using TileProof.Verification.Mutation;
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
        var machine = new MachineOption();
        var models = new ModelOptions(hasSeed: false, "the layers of the self-test");
        Option<string> layers = ModelOptions.CreateLayers("all of --networks; without it those of resnet18 that are named here");
        Option<string> threads = ModelOptions.CreateThreads("Defects that run");
        var outputFolder = new Option<string>("--out") { HelpName = "folder", Description = "Where mutation.csv is written. Default: reports." };
        var listOnly = new Option<bool>("--list") { Description = "List the defects and run none." };
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("inject", "Put deliberate defects into the programs and see what catches them.") { machine.Option, bank, layers, threads, outputFolder, listOnly, json };
        models.AddTo(command);
        var shard = new ShardOption(context);
        shard.AddTo(command);
        HelpWithExamples.AddTo(command,
        [
            ("tileproof inject", "every defect on every layer, banks of 16 KiB"),
            ("tileproof inject --banks 61k", "the same with the published banks"),
            ("tileproof inject --networks model.onnx --layers 0-9", "on the shapes of your own layers, with seeded values"),
            ("tileproof inject --machine wide-one-bank", "on another machine, with its own banks"),
            ("tileproof inject --shard 2/4 --out shards/2", "a quarter of it, for 'tileproof merge'"),
            ("tileproof inject --list", "the defects"),
        ]);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(listOnly))
            {
                RefuseBesideList(parsed, listOnly, json, command);
            }

            ShardOptions? sharding = shard.Given(parsed);
            var options = new InjectOptions
            {
                Bank = machine.Bank(parsed, bank, new InjectOptions().Bank),
                Settings = models.Settings(parsed) with { Networks = models.Models(parsed), Layers = ModelOptions.Layers(parsed, layers) },
                ThreadCount = ModelOptions.Threads(parsed, threads),
                OutputFolder = parsed.GetValue(outputFolder) ?? ShardOption.FolderIn(context.DefaultOutputFolder, sharding),
                Sharding = sharding,
                PrintsJson = parsed.GetValue(json),
                ListOnly = parsed.GetValue(listOnly),
            };
            return execute(options, context.Progress, context.Output, context.Cancellation);
        });
        return command;
    }

    /// <summary>A list runs nothing, so that only its form can be asked for; shards say so themselves.</summary>
    private static void RefuseBesideList(ParseResult parsed, Option list, Option json, Command command)
    {
        if (command.Options.FirstOrDefault(option => option != list && option != json && option.Name is not ("--shard" or "--dry-run") && parsed.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new UserInputException($"{given.Name} has no effect with --list, which runs nothing; leave it out");
        }
    }
}
