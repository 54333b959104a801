namespace TileProof.Cli;

/// <summary>Results cannot be given out: the standard output is closed or its device refuses them.</summary>
public sealed class ConsoleClosedException : Exception
{
    /// <summary>Makes the exception.</summary>
    public ConsoleClosedException()
        : this("the standard output is closed; give it a file, a pipe or a terminal")
    {
    }

    /// <summary>Makes the exception with a message of its own.</summary>
    public ConsoleClosedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its cause.</summary>
    public ConsoleClosedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
