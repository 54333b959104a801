using TileProof.Cli;
using TileProof.Golden.Import;
using TileProof.Verification;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.Cli;

/// <summary>Every way in which a command may fail ends with one line and its exit code.</summary>
public sealed class FailureTests
{
    private const string Memory = "there is not enough memory for this run; give a smaller model, --input or --batch, or fewer --threads";

    public static TheoryData<Exception, int, string> Failures => new()
    {
        { new UserInputException("no\nsuch file"), ExitCode.BadInput, "no such file" },
        { new FixtureException("l/bias.bin", null, "has 3 bytes, expected 12"), ExitCode.BadInput, "l/bias.bin: has 3 bytes, expected 12" },
        { new ModelFormatException("m.onnx", "file", "is\r\nempty"), ExitCode.BadInput, "m.onnx: file: is empty" },
        { new ConsoleClosedException("closed"), ExitCode.BadInput, "closed" },
        { new InsufficientMemoryException(), ExitCode.BadInput, Memory },
        { new AggregateException(new AggregateException(new InsufficientMemoryException(), new InvalidOperationException("second"))), ExitCode.BadInput, Memory },
        { new TypeInitializationException("T", new UserInputException("inner")), ExitCode.BadInput, "inner" },
        { new IOException("disk\nfull"), ExitCode.BadInput, "cannot read or write a file: disk full" },
        { new UnauthorizedAccessException("denied"), ExitCode.BadInput, "cannot read or write a file: denied" },
        { new OperationCanceledException("timeout inside"), ExitCode.InternalFault, Fault("timeout inside (OperationCanceledException)") },
        { new InvalidOperationException("two\nlines"), ExitCode.InternalFault, Fault("two lines (InvalidOperationException)") },
        { new AggregateException(new ArgumentException("of a thread")), ExitCode.InternalFault, Fault("of a thread (ArgumentException)") },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Invoke_CommandThrows_IsOneLine(Exception failure, int exitCode, string line)
    {
        using var command = new CommandLine { Run = (_, _) => throw failure };
        Assert.Equal(exitCode, command.Invoke("verify"));
        Assert.Equal($"tileproof: {line}\n", command.Error.ToString());
        Assert.Empty(command.Output.ToString());
    }

    [Fact]
    public void Invoke_InternalFaultWithTraces_ShowsWhereBeforeItsLine()
    {
        using var command = new CommandLine { ShowsTraces = true, Run = (_, _) => throw new InvalidOperationException("broken") };
        Assert.Equal(ExitCode.InternalFault, command.Invoke("verify"));
        Assert.Contains(nameof(Invoke_InternalFaultWithTraces_ShowsWhereBeforeItsLine), command.Error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith($"\ntileproof: {Fault("broken (InvalidOperationException)")}\n", command.Error.ToString(), StringComparison.Ordinal);
    }

    // A stopped run may end in any exception that its threads threw; bad input stays bad input.
    [Fact]
    public void Invoke_StoppedInAThread_IsStopped()
    {
        using var command = new CommandLine();
        command.Run = (_, token) =>
        {
            command.Cancel();
            throw new AggregateException(new OperationCanceledException(token));
        };
        Assert.Equal(ExitCode.Cancelled, command.Invoke("verify"));
        Assert.Equal("tileproof: stopped; nothing more is written\n", command.Error.ToString());
    }

    private static string Fault(string message) =>
        $"internal fault: {message}; the program is wrong, not what you gave it: report it with what it prints under TILEPROOF_TRACE=1";
}
