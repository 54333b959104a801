using System.Text;

namespace TileProof.Cli;

/// <summary>A stream of the console that may be closed: results that nobody can receive end the run, messages that nobody can read are dropped.</summary>
/// <param name="inner">The stream.</param>
/// <param name="isRequired">Whether a write that fails ends the run.</param>
public sealed class ConsoleWriter(TextWriter inner, bool isRequired) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Guard(() => inner.Write(value));

    /// <inheritdoc/>
    public override void Write(string? value) => Guard(() => inner.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Guard(() => inner.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Guard(() => inner.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => Guard(inner.Flush);

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            if (isRequired)
            {
                throw new ConsoleClosedException(new ConsoleClosedException().Message, exception);
            }
        }
    }
}
