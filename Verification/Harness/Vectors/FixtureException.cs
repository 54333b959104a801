namespace TileProof.Verification.Vectors;

/// <summary>A file of test data is not what it should be. The message is one line: path, place, problem.</summary>
public sealed class FixtureException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="field">The place in it, or null when it is the file as a whole.</param>
    /// <param name="problem">What is wrong, with what was expected.</param>
    public FixtureException(string path, string? field, string problem)
        : base(field is null ? $"{path}: {problem}" : $"{path}: {field}: {problem}")
    {
        Path = path;
        Field = field;
    }

    /// <summary>Makes the exception with its cause.</summary>
    public FixtureException(string path, string? field, string problem, Exception innerException)
        : base(field is null ? $"{path}: {problem}" : $"{path}: {field}: {problem}", innerException)
    {
        Path = path;
        Field = field;
    }

    /// <summary>The file or folder.</summary>
    public string Path { get; }

    /// <summary>The place in the file, such as the name of a field; null when it is the file as a whole.</summary>
    public string? Field { get; }
}
