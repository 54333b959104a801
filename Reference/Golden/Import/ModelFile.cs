namespace TileProof.Golden.Import;

/// <summary>Reads whole model files, with the size checked first.</summary>
internal static class ModelFile
{
    /// <summary>Files above this are refused: the formats hold offsets and lengths in 31 bits.</summary>
    public const long MaximumBytes = int.MaxValue;

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="ModelFormatException">The file cannot be read, or is too large.</exception>
    public static byte[] Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length >= MaximumBytes)
            {
                throw new ModelFormatException(path, "file", $"has {stream.Length} bytes, expected less than {MaximumBytes}");
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
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
