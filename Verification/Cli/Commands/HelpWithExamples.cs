using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace TileProof.Cli.Commands;

/// <summary>A command's help with examples below the options. Lines do not depend on the width of the terminal.</summary>
internal sealed class HelpWithExamples(IReadOnlyList<(string CommandLine, string Meaning)> examples) : SynchronousCommandLineAction
{
    private const int MaximumWidth = 120;

    private readonly HelpAction help = new() { MaxWidth = MaximumWidth };

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>Gives a command this help.</summary>
    public static void AddTo(Command command, IReadOnlyList<(string CommandLine, string Meaning)> examples) =>
        command.Options.Add(new HelpOption { Action = new HelpWithExamples(examples) });

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        int widest = examples.Max(static example => example.CommandLine.Length);
        foreach ((string commandLine, string meaning) in examples)
        {
            output.WriteLine($"  {commandLine.PadRight(widest)}  {meaning}");
        }

        return exitCode;
    }
}
