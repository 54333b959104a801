using System.Text;

namespace TileProof.Cli;

/// <summary>A stream of the console that may be closed: results that nobody can receive end the run, messages that nobody can read are dropped.</summary>
/// <param name="inner">The stream; null where it is closed from the start.</param>
/// <param name="isRequired">Whether a write that fails ends the run.</param>
public sealed class ConsoleWriter(TextWriter? inner, bool isRequired) : TextWriter
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private static readonly TimeSpan LastLinePatience = TimeSpan.FromMilliseconds(200);

    private readonly Lock gate = new();
    private bool hasLastLine;

    /// <inheritdoc/>
    public override Encoding Encoding => inner?.Encoding ?? Utf8;

    /// <inheritdoc/>
    /// <exception cref="ConsoleClosedException">The stream is required and does not take it.</exception>
    public override void Write(char value) => Guard(stream => stream.Write(value));

    /// <inheritdoc/>
    /// <exception cref="ConsoleClosedException">The stream is required and does not take it.</exception>
    public override void Write(string? value) => Guard(stream => stream.Write(value));

    /// <inheritdoc/>
    /// <exception cref="ConsoleClosedException">The stream is required and does not take it.</exception>
    public override void Write(char[] buffer, int index, int count) => Guard(stream => stream.Write(buffer, index, count));

    /// <inheritdoc/>
    /// <exception cref="ConsoleClosedException">The stream is required and does not take it.</exception>
    public override void WriteLine(string? value) => Guard(stream => stream.WriteLine(value));

    /// <inheritdoc/>
    /// <exception cref="ConsoleClosedException">The stream is required and does not take it.</exception>
    public override void Flush() => Guard(static stream => stream.Flush());

    /// <summary>Writes a line after which nothing is written any more, whatever other threads still have to say.</summary>
    /// <remarks>Does not wait for a thread that a full pipe holds up in the middle of a write; the line is left out then.</remarks>
    public void WriteLastLine(string line)
    {
        if (!gate.TryEnter(LastLinePatience))
        {
            return;
        }

        try
        {
            WriteLine(line);
            hasLastLine = true;
        }
        finally
        {
            gate.Exit();
        }
    }

    private void Guard(Action<TextWriter> write)
    {
        if (inner is null)
        {
            ThrowWhereRequired(null);
            return;
        }

        try
        {
            lock (gate)
            {
                if (!hasLastLine)
                {
                    write(inner);
                }
            }
        }
        catch (Exception exception) when ((exception is IOException or UnauthorizedAccessException or ObjectDisposedException) && !LoadProblem.Is(exception))
        {
            ThrowWhereRequired(exception);
        }
    }

    private void ThrowWhereRequired(Exception? cause)
    {
        if (isRequired)
        {
            throw new ConsoleClosedException($"cannot write results to the standard output: {ReasonOf(cause)}; give it a file, a pipe or a terminal", cause);
        }
    }

    private static string ReasonOf(Exception? cause) => cause is IOException { Message.Length: > 0 } failure ? failure.Message : "it is closed";
}
