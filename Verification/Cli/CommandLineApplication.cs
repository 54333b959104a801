using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using TileProof.Cli.Commands;
using TileProof.Kernels.Devices;
using TileProof.Verification;
using TileProof.Verification.Benchmarks;
using TileProof.Verification.Classification;
using TileProof.Verification.Cycles;
using TileProof.Verification.Differences;
using TileProof.Verification.Fuzzing;
using TileProof.Verification.Mutation;
using TileProof.Verification.OwnCalibration;
using TileProof.Verification.TimingCalibration;
using TileProof.Verification.Tuning;

namespace TileProof.Cli;

/// <summary>The command line: picks the command, and turns every failure into one line and an exit code.</summary>
public static class CommandLineApplication
{
    private const string VersionName = "--version";

    /// <summary>Runs one command line. Parts of the program that cannot be loaded are left to the caller.</summary>
    /// <returns>An exit code of <see cref="ExitCode"/>.</returns>
    public static int Invoke(IReadOnlyList<string> args, CommandContext context) => Invoke(CreateRoot(context), args, context);

    /// <summary>Runs one command line on a given tree of commands.</summary>
    /// <returns>An exit code of <see cref="ExitCode"/>.</returns>
    public static int Invoke(Command root, IReadOnlyList<string> args, CommandContext context)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(context);
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            return Fail(context, ExitCode.BadInput, $"{ComplaintOf(parsed)}; see 'tileproof {NameOf(parsed)}--help'");
        }

        if (parsed.Action is VersionAction && parsed.Tokens.FirstOrDefault(static token => token.Value != VersionName) is { } beside)
        {
            return Fail(context, ExitCode.BadInput, $"'{beside.Value}' has no meaning beside {VersionName}; leave it out");
        }

        if (EmptyValueIn(parsed) is { } name)
        {
            return Fail(context, ExitCode.BadInput, $"'{name}' has an empty value; give it one or leave it out");
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = context.Output,
                Error = context.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
#pragma warning disable CA1031 // Whatever happens ends with one line and an exit code.
        catch (Exception exception) when (!LoadProblem.Is(exception))
#pragma warning restore CA1031
        {
            var failure = Failure.Of(exception, context);
            if (failure.ExitCode == ExitCode.InternalFault && context.ShowsTraces)
            {
                context.Error.WriteLine(exception);
            }

            return Fail(context, failure.ExitCode, failure.Message);
        }
    }

    /// <summary>Makes the tree of commands; a new command is one more line here.</summary>
    public static Command CreateRoot(CommandContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Command root = CreateRoot(
        [
            VerifyCommand.Create(context, ConformanceRun.Execute),
            AccuracyCommand.Create(context, ClassificationRun.Execute),
            InjectCommand.Create(context, InjectRun.Execute),
            FuzzCommand.Create(context, FuzzRun.Execute),
            NetworksCommand.Create(context),
            SupportCommand.Create(context),
            PlanCommand.Create(context),
            TuneCommand.Create(context, TuneRun.Execute),
            ExportHeaderCommand.Create(context),
            ExportVectorsCommand.Create(context),
            ExportModelCommand.Create(context),
            CompareLogCommand.Create(context),
            DiagnoseCommand.Create(context, DiagnoseRun.Execute),
            DevicesCommand.Create(context, DeviceCatalog.List),
            CalibrateCommand.Create(context, CalibrationRun.Execute, OwnCalibrationRun.Execute),
            TraceCommand.Create(context, TraceRun.Execute),
            WhatIfCommand.Create(context, WhatIfRun.Execute),
            DiffCommand.Create(context, DiffRun.Execute),
            MergeCommand.Create(context, Invoke),
            MachineCommand.Create(context),
            BenchCommand.Create(context, BenchRun.Execute),
            CompletionCommand.Create(context),
        ]);
        root.Subcommands.Add(CompletionCommand.CreateSuggest(context, root));
        return root;
    }

    /// <summary>Makes a root with the given commands.</summary>
    public static Command CreateRoot(IEnumerable<Command> commands)
    {
        ArgumentNullException.ThrowIfNull(commands);
        var version = new Option<bool>(VersionName) { Description = "Show the version", Action = new VersionAction() };
        var root = new Command("tileproof", "Proves that DMA-tiled int8 DSP kernels compute exactly what they should, for every layer and bank size.")
        {
            new HelpOption { Recursive = true }, version,
        };
        foreach (Command command in commands)
        {
            root.Subcommands.Add(command);
        }

        return root;
    }

    /// <summary>Options under names that they had.</summary>
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["--model"] = "--networks", ["--network"] = "--networks", ["--bank"] = "--banks", ["--layer"] = "--layers", ["--machine"] = "--mode",
    };

    /// <summary>The present name of an option that a command has under another name by now; null for everything else.</summary>
    private static (string Old, string New)? NewNameOf(string name, Command command) =>
        Renamed.TryGetValue(name, out string? newName) && command.Options.Any(option => option.Name == newName) && command.Options.All(option => option.Name != name)
            ? (name, newName)
            : null;

    /// <summary>A command that does not exist is named with those that do; everything else is in the parser's words.</summary>
    private static string ComplaintOf(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (parsed.Tokens.Select(token => NewNameOf(token.Value.Split('=')[0], command)).FirstOrDefault(static name => name is not null) is { } renamed)
        {
            return $"'{renamed.Old}' is called '{renamed.New}', as in every command";
        }

        string[] commands = [.. command.Subcommands.Where(static one => !one.Hidden).Select(static one => one.Name)];
        return commands.Length > 0 && parsed.UnmatchedTokens is [var unknown, ..]
            ? $"{(unknown.StartsWith('-') ? $"no command stands before '{unknown}'" : $"unknown command '{unknown}'")}; valid: {string.Join(", ", commands)}"
            : parsed.Errors[0].Message.TrimEnd('.');
    }

    /// <summary>The first option or argument whose value is empty or blank, which is never a name, a number or a path.</summary>
    private static string? EmptyValueIn(ParseResult parsed) => parsed.CommandResult.Command.Hidden ? null : parsed.CommandResult.Children
        .Where(static child => child.Tokens.Any(static token => string.IsNullOrWhiteSpace(token.Value)))
        .Select(static child => child is OptionResult option ? option.Option.Name : ((ArgumentResult)child).Argument.Name)
        .FirstOrDefault();

    /// <summary>The words that call the command, such as <c>machine init</c>, with a space behind; none for the root.</summary>
    private static string NameOf(ParseResult parsed)
    {
        string name = "";
        for (CommandResult command = parsed.CommandResult; command.Parent is CommandResult parent; command = parent)
        {
            name = $"{command.Command.Name} {name}";
        }

        return name;
    }

    private static int Fail(CommandContext context, int exitCode, string message)
    {
        context.Error.WriteLine($"tileproof: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }

    private sealed class VersionAction : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(VersionInfo.ToolVersion);
            return ExitCode.Proven;
        }
    }
}
