namespace TileProof.Golden.Import;

/// <summary>A model file that cannot be used. The message is one line: the file, the place in it, and what was expected there.</summary>
public sealed class ModelFormatException : Exception
{
    /// <summary>Makes the exception without a message.</summary>
    public ModelFormatException()
        : this(string.Empty)
    {
    }

    /// <summary>Makes the exception without a place.</summary>
    public ModelFormatException(string message)
        : base(message)
    {
        Path = string.Empty;
        Place = string.Empty;
        Problem = message;
    }

    /// <summary>Makes the exception without a place, with its cause.</summary>
    public ModelFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
        Path = string.Empty;
        Place = string.Empty;
        Problem = message;
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="path">The file.</param>
    /// <param name="place">Where in the file, such as a node with its operator.</param>
    /// <param name="problem">What is wrong and what was expected.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ModelFormatException(string path, string place, string problem, Exception? innerException = null)
        : base($"{path}: {place}: {problem}".ReplaceLineEndings(" "), innerException)
    {
        Path = path;
        Place = place;
        Problem = problem.ReplaceLineEndings(" ");
    }

    /// <summary>The file as the caller named it.</summary>
    public string Path { get; }

    /// <summary>The place in the file.</summary>
    public string Place { get; }

    /// <summary>What is wrong there, and what was expected.</summary>
    public string Problem { get; }
}
