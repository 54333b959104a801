using System.CommandLine;
using TileProof.Cli;
using TileProof.Cli.Commands;
using TileProof.Cli.Progress;
using TileProof.Verification;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;

namespace TileProof.Tests.Cli;

/// <summary>The command line in this process, with a run of the test's own in place of the conformance run.</summary>
internal sealed class CommandLine : IDisposable
{
    private readonly CancellationTokenSource cancellation = new();

    /// <summary>What <c>verify</c> does; takes the options as parsed.</summary>
    public Func<VerifyOptions, CancellationToken, int> Run { get; set; } = (_, _) => ExitCode.Proven;

    /// <summary>The options of the last run, or null when it was not reached.</summary>
    public VerifyOptions? Options { get; private set; }

    /// <summary>Whether an internal fault shows where it happened.</summary>
    public bool ShowsTraces { get; init; }

    public StringWriter Output { get; } = new() { NewLine = "\n" };

    public StringWriter Error { get; } = new() { NewLine = "\n" };

    public int Invoke(params string[] args)
    {
        var context = new CommandContext
        {
            Output = Output,
            Error = Error,
            Progress = new PlainProgress(Error),
            Cancellation = cancellation.Token,
            DefaultOutputFolder = "default reports",
            ShowsTraces = ShowsTraces,
        };
        Command root = CommandLineApplication.CreateRoot([VerifyCommand.Create(context, Execute)]);
        return CommandLineApplication.Invoke(root, args, context);
    }

    public void Cancel() => cancellation.Cancel();

    public void Dispose()
    {
        cancellation.Dispose();
        Output.Dispose();
        Error.Dispose();
    }

    private int Execute(VerifyOptions options, IProgressReporter progress, TextWriter output, CancellationToken token)
    {
        Options = options;
        return Run(options, token);
    }
}
