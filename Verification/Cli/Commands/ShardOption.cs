using System.CommandLine;
using System.CommandLine.Parsing;
using TileProof.Verification.Sharding;

namespace TileProof.Cli.Commands;

/// <summary><c>--shard</c> and <c>--dry-run</c>, and what they mean for <c>--out</c> beside them.</summary>
/// <param name="context">The shards that are merged, where that is what the command is for.</param>
internal sealed class ShardOption(CommandContext context)
{
    /// <summary>Options that change no result: two shards of a run may have them otherwise.</summary>
    private static readonly string[] OfOneProcess = ["--shard", "--dry-run", "--out", "--threads", "--no-cache", "--json", "--junit"];

    private readonly Option<string> shard = new("--shard")
    {
        HelpName = "i/n",
        Description = "Run only part i of n, 1/8 to 8/8, of equal predicted cost; 'tileproof merge' makes the reports of all.",
    };

    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Print how even shards would be, and run nothing." };

    /// <summary>Lists the options in a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(shard);
        command.Options.Add(dryRun);
    }

    /// <summary>What is to be run of the command; null for all of it.</summary>
    public ShardOptions? Given(ParseResult parsed)
    {
        Shard? part = parsed.GetValue(shard) is { } text ? Shard.Parse(text) : null;
        bool printsOnly = parsed.GetValue(dryRun);
        return part is null && !printsOnly && context.Merging is null
            ? null
            : new ShardOptions { Arguments = ArgumentsOf(parsed), Shard = part, IsDryRun = printsOnly, Merged = context.Merging };
    }

    /// <summary>Where a command writes that is given no folder: each shard to one of its own.</summary>
    public static string FolderIn(string folder, ShardOptions? given) =>
        given?.Shard is { } part ? Path.Combine(folder, FormattableString.Invariant($"shard-{part.Number}-of-{part.Count}")) : folder;

    /// <summary>The command with its arguments in a fixed order, so that the same settings read the same.</summary>
    private static string[] ArgumentsOf(ParseResult parsed) =>
    [
        parsed.CommandResult.Command.Name,
        .. parsed.CommandResult.Children.OfType<OptionResult>()
            .Where(static result => !result.Implicit && !OfOneProcess.Contains(result.Option.Name))
            .OrderBy(static result => result.Option.Name, StringComparer.Ordinal)
            .SelectMany(static result => result.Tokens.Select(static token => token.Value).Prepend(result.Option.Name)),
    ];
}
