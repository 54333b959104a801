using System.CommandLine;
using TileProof.Verification.Fuzzing;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;
using TileProof.Verification.Sharding;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof fuzz</c>: a campaign of random cases.</summary>
public static class FuzzCommand
{
    private const int MostMinutes = 1_000_000;

    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    /// <param name="execute">The run itself.</param>
    public static Command Create(CommandContext context, Func<FuzzOptions, IProgressReporter, TextWriter, CancellationToken, int> execute)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(execute);
        var seed = new Option<string>("--seed") { HelpName = "number", Description = $"Decides every case. Default: {new FuzzOptions().Seed}." };
        var cases = new Option<string>("--cases") { HelpName = "count", Description = "Cases of the campaign. Default: no end, until Ctrl-C." };
        var minutes = new Option<string>("--minutes") { HelpName = "count", Description = "Stop after so many minutes. Default: no limit." };
        var from = new Option<string>("--from") { HelpName = "index", Description = "The first case. Default: 0." };
        var shard = new Option<string>("--shard") { HelpName = "i/n", Description = "Only every n-th case, 1/8 to 8/8; 'tileproof merge' makes the report of all." };
        var programs = new Option<string[]>("--programs")
        {
            HelpName = "file",
            Description = "Also run cases in the C program that this .json file describes (see docs/device-programs.md). May be given once a library.",
        };
        var threads = ModelOptions.CreateThreads("Cases");
        var outputFolder = new Option<string>("--out") { HelpName = "folder", Description = "Where journal, reports and failures are written. A campaign goes on with what is there. Default: reports." };
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("fuzz", "Judge random operators, networks, machines and plans, and shrink what fails.") { seed, cases, minutes, from, shard, programs, threads, outputFolder, json };
        HelpWithExamples.AddTo(command,
        [
            ("tileproof fuzz --cases 1000", "a first thousand, in a few seconds"),
            ("tileproof fuzz --minutes 60 --seed 7 --out campaign", "an hour of another campaign; again for the next hour"),
            ("tileproof fuzz --cases 1000 --shard 3/8 --out shards/3", "the third of eight parts, for 'tileproof merge'"),
            ("tileproof fuzz --cases 1 --from 4711", "one case"),
            ("tileproof fuzz --cases 1000 --programs Fixtures/programs/corrected/kernels.json", "with a program in C compiled and run beside the built-in one"),
        ]);
        command.SetAction(parsed => execute(
            new FuzzOptions
            {
                Shard = parsed.GetValue(shard) is { } part ? Shard.Parse(part) : new FuzzOptions().Shard,
                Seed = parsed.GetValue(seed) is { } number ? VerifyOptions.ParseSeed(number) : new FuzzOptions().Seed,
                From = parsed.GetValue(from) is { } first ? VerifyOptions.ParseCount("case index", first, 0, int.MaxValue - 1) : 0,
                Cases = parsed.GetValue(cases) is { } count ? VerifyOptions.ParseCount("case count", count, 1, int.MaxValue) : null,
                Minutes = parsed.GetValue(minutes) is { } limit ? VerifyOptions.ParseCount("minute count", limit, 1, MostMinutes) : null,
                Programs = FuzzProgram.ReadAll(parsed.GetValue(programs) ?? []),
                CacheFolder = context.CacheFolder,
                ThreadCount = ModelOptions.Threads(parsed, threads),
                OutputFolder = parsed.GetValue(outputFolder) ?? context.DefaultOutputFolder,
                PrintsJson = parsed.GetValue(json),
            },
            context.Progress,
            context.Output,
            context.Cancellation));
        return command;
    }
}
