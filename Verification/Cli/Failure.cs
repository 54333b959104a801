using Microsoft.ML.OnnxRuntime;
using TileProof.Golden.Import;
using TileProof.Verification;
using TileProof.Verification.Vectors;

namespace TileProof.Cli;

/// <summary>How a command that threw an exception ends.</summary>
/// <param name="ExitCode">An exit code of <see cref="Verification.ExitCode"/>.</param>
/// <param name="Message">What is wrong, where, and what to do.</param>
internal sealed record Failure(int ExitCode, string Message)
{
    /// <summary>The whole line that a stopped run ends with.</summary>
    public const string StoppedLine = $"tileproof: {StoppedMessage}";

    private const string StoppedMessage = "stopped; nothing more is written";

    /// <summary>Tells what the user can mend from what only the program can.</summary>
    /// <param name="exception">What ended the command.</param>
    /// <param name="context">Whether the user stopped it.</param>
    public static Failure Of(Exception exception, CommandContext context) => LoadProblem.CauseOf(exception) switch
    {
        OperationCanceledException when context.Cancellation.IsCancellationRequested => new(context.StoppedExitCode(), StoppedMessage),
        { } cause and (UserInputException or FixtureException or ModelFormatException or ConsoleClosedException) => BadInput(cause.Message),
        OnnxRuntimeException cause => BadInput($"ONNX Runtime cannot run the model: {cause.Message}"),
        OutOfMemoryException => BadInput("there is not enough memory for this run; give a smaller model, --input or --batch, or fewer --threads"),
        { } cause and (IOException or UnauthorizedAccessException) => BadInput($"cannot read or write a file: {cause.Message}"),
        { } cause => new(
            Verification.ExitCode.InternalFault,
            $"internal fault: {cause.Message} ({cause.GetType().Name}); the program is wrong, not what you gave it: report it with what it prints under {CommandContext.TraceVariable}=1"),
    };

    private static Failure BadInput(string message) => new(Verification.ExitCode.BadInput, message);
}
