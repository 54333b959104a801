using TileProof.Cli.Progress;
using TileProof.Verification;
using TileProof.Verification.ContinuousIntegration;
using TileProof.Verification.Progress;
using TileProof.Verification.Sharding;

namespace TileProof.Cli;

/// <summary>What a command may use of the process that it runs in.</summary>
public sealed record CommandContext
{
    /// <summary>The variable of the environment that shows where an internal fault happened, when it is <c>1</c>.</summary>
    public const string TraceVariable = "TILEPROOF_TRACE";

    /// <summary>Receives results.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Receives one-line errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Shows how far a run has come.</summary>
    public required IProgressReporter Progress { get; init; }

    /// <summary>Cancelled when the user stops the run.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The exit code of a stopped run: what the signal that stopped it asks for.</summary>
    public Func<int> StoppedExitCode { get; init; } = static () => ExitCode.Cancelled;

    /// <summary>Where reports go when no folder is named.</summary>
    public string DefaultOutputFolder { get; init; } = "reports";

    /// <summary>The repository, whose fixtures a command may write; empty for the current folder.</summary>
    public string RepositoryFolder { get; init; } = "";

    /// <summary>Where results are kept for later runs; null to keep none.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>The shards whose results a command takes instead of computing any; null to compute.</summary>
    public ShardSet? Merging { get; init; }

    /// <summary>Whether failures are also printed as GitHub Actions shows them.</summary>
    public bool AnnotatesForGitHub { get; init; }

    /// <summary>How this program is started: the file, and the arguments before its own; empty where that is not known.</summary>
    public IReadOnlyList<string> Program { get; init; } = [];

    /// <summary>Whether an internal fault shows where it happened before its one line.</summary>
    public bool ShowsTraces { get; init; }

    /// <summary>The console of this process. Progress goes to the error stream, live on a terminal and as plain lines elsewhere.</summary>
    public static CommandContext OfThisProcess(TerminationSignals signals)
    {
        ArgumentNullException.ThrowIfNull(signals);
        return new CommandContext
        {
            Output = StandardStreams.Output,
            Error = StandardStreams.Error,
            Progress = StandardStreams.IsErrorTerminal ? new TerminalProgress(Console.Error) : new PlainProgress(StandardStreams.Error),
            Cancellation = signals.Token,
            StoppedExitCode = () => signals.StoppedExitCode,
            DefaultOutputFolder = Environment.GetEnvironmentVariable("TILEPROOF_OUT") is { Length: > 0 } folder ? folder : "reports",
            RepositoryFolder = Environment.GetEnvironmentVariable("TILEPROOF_REPOSITORY") ?? "",
            CacheFolder = Environment.GetEnvironmentVariable("TILEPROOF_CACHE") is { Length: > 0 } cache ? cache : UserCacheFolder,
            AnnotatesForGitHub = GitHubAnnotations.AreWanted(Environment.GetEnvironmentVariable("GITHUB_ACTIONS")),
            Program = ProgramOfThisProcess,
            ShowsTraces = Environment.GetEnvironmentVariable(TraceVariable) == "1",
        };
    }

    /// <summary>A file of its own, or the file that runs this assembly.</summary>
    private static IReadOnlyList<string> ProgramOfThisProcess
    {
        get
        {
            string assembly = typeof(CommandContext).Assembly.Location;
            return Environment.ProcessPath is not { } program ? []
                : Path.GetFileNameWithoutExtension(program) == Path.GetFileNameWithoutExtension(assembly) ? [program]
                : [program, assembly];
        }
    }

    private static string? UserCacheFolder => Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) is { Length: > 0 } folder
        ? Path.Combine(folder, "tileproof", "cache")
        : null;
}
