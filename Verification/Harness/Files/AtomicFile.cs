using System.Text;

namespace TileProof.Verification;

/// <summary>Writes files that are either whole or not there: first to a temporary file in the same folder, which is then renamed.</summary>
/// <remarks>A file that stood there before stays as it was until the new one is complete.</remarks>
public static class AtomicFile
{
    private static readonly UTF8Encoding Utf8WithoutMark = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes text as UTF-8 without a byte order mark; line ends are kept as given.</summary>
    /// <exception cref="UserInputException">The file cannot be written; nothing is left behind.</exception>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream => stream.Write(Utf8WithoutMark.GetBytes(text)));
    }

    /// <summary>Writes what <paramref name="writeContent"/> puts into the stream, which stays open until it returns.</summary>
    /// <exception cref="UserInputException">The file cannot be written; nothing is left behind.</exception>
    /// <remarks>An exception of <paramref name="writeContent"/> other than an input/output error passes through; nothing is left behind.</remarks>
    public static void Write(string path, Action<Stream> writeContent)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(writeContent);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new UserInputException($"cannot write '{path}': it names no file");
        string temporaryPath = Path.Combine(folder, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            using (var stream = new FileStream(temporaryPath, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                writeContent(stream);
            }

            File.Move(temporaryPath, path, overwrite: true);
        }
        catch (Exception exception)
        {
            DeleteIfThere(temporaryPath);
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new UserInputException($"cannot write '{path}': {FileProblem.Describe(exception)}", exception);
            }

            throw;
        }
    }

    private static void DeleteIfThere(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report.
        }
    }
}
