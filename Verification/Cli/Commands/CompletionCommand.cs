using System.CommandLine;
using System.Globalization;
using TileProof.Verification;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof completion</c>: a script that makes a shell complete commands and options.</summary>
public static class CompletionCommand
{
    private const string SuggestName = "suggest";

    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _tileproof() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(tileproof suggest "$COMP_POINT" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -F _tileproof tileproof
            """,
        ["zsh"] = """
            #compdef tileproof
            _tileproof() {
                local -a words_found
                words_found=("${(@f)$(tileproof suggest "$CURSOR" "$BUFFER" 2>/dev/null)}")
                compadd -- $words_found
            }
            compdef _tileproof tileproof
            """,
        ["fish"] = """
            complete -f -c tileproof -a '(tileproof suggest (commandline -C) (commandline))'
            """,
    };

    /// <summary>Makes the command that prints the script of a shell.</summary>
    public static Command Create(CommandContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var shell = new Argument<string>("shell") { Description = $"The shell: {string.Join(", ", Scripts.Keys)}." };
        var command = new Command("completion", "Print a script that makes a shell complete commands and options.") { shell };
        HelpWithExamples.AddTo(command, [("tileproof completion bash >> ~/.bashrc", "for every later bash")]);
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(shell)!;
            string script = Scripts.TryGetValue(name, out string? found)
                ? found
                : throw new UserInputException($"unknown shell '{name}'; valid: {string.Join(", ", Scripts.Keys)}");
            context.Output.WriteLine(script.ReplaceLineEndings("\n"));
            return ExitCode.Proven;
        });
        return command;
    }

    /// <summary>Makes the hidden command that the scripts call: the words that may stand at a place of a command line.</summary>
    /// <param name="context">What the command may use of its process.</param>
    /// <param name="root">The tree of commands, complete when the command runs.</param>
    public static Command CreateSuggest(CommandContext context, Command root)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(root);
        var position = new Argument<string>("position");
        var line = new Argument<string>("line");
        var command = new Command(SuggestName) { position, line };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            string text = parsed.GetValue(line)!;
            int cursor = int.TryParse(parsed.GetValue(position), NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? Math.Min(given, text.Length) : text.Length;
            foreach (string word in root.Parse(text).GetCompletions(cursor).Select(static item => item.Label).Distinct(StringComparer.Ordinal))
            {
                context.Output.WriteLine(word);
            }

            return ExitCode.Proven;
        });
        return command;
    }
}
