namespace TileProof.Cli;

/// <summary>Results cannot be given out: the standard output is closed or its device refuses them.</summary>
public sealed class ConsoleClosedException : Exception
{
    /// <summary>Makes the exception.</summary>
    public ConsoleClosedException()
        : this("the standard output is closed")
    {
    }

    /// <summary>Makes the exception with a message of its own.</summary>
    public ConsoleClosedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its cause.</summary>
    /// <param name="message">The one line that the user sees.</param>
    /// <param name="innerException">What the stream said; null where it was closed from the start.</param>
    public ConsoleClosedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
