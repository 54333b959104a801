namespace TileProof.Golden.Import;

/// <summary>Reads whole model files, with the size checked first.</summary>
internal static class ModelFile
{
    /// <summary>Files above this are refused: the formats hold offsets and lengths in 31 bits.</summary>
    public const long MaximumBytes = int.MaxValue;

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="ModelFormatException">The file cannot be read, or is empty, too large or no regular file.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            return InputFile.ReadBytes(path, MaximumBytes - 1);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ModelFormatException(path, "file", $"cannot be read: {ProblemOf(exception)}", exception);
        }
    }

    public static string ProblemOf(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it does not exist",
        UnauthorizedAccessException => "no permission",
        _ => exception.Message,
    };
}
