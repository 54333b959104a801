namespace TileProof.Verification;

/// <summary>The folder that a run writes its reports to. Its files are written whole or not at all.</summary>
public sealed class ReportFolder
{
    private ReportFolder(string path) => FolderPath = path;

    /// <summary>The folder as the user named it.</summary>
    public string FolderPath { get; }

    /// <summary>Makes the folder where it is missing and checks that files can be written to it, before any work is done.</summary>
    /// <exception cref="UserInputException">The folder cannot be made or written to.</exception>
    public static ReportFolder Open(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new UserInputException("the output folder has an empty name");
        }

        try
        {
            Directory.CreateDirectory(path);
            AtomicFile.DeleteAbandoned(path);
            string probePath = Path.Combine(path, $".probe.{Path.GetRandomFileName()}.tmp");
            using var probe = new FileStream(probePath, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            probe.WriteByte(0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string problem = File.Exists(path) ? "it is a file" : FileProblem.Describe(exception);
            throw new UserInputException($"cannot write to the output folder '{path}': {problem}", exception);
        }

        return new ReportFolder(path);
    }

    /// <summary>The path of a report.</summary>
    /// <param name="fileName">A plain file name.</param>
    public string PathOf(string fileName)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        return Path.GetFileName(fileName) == fileName
            ? Path.Combine(FolderPath, fileName)
            : throw new ArgumentException($"'{fileName}' is not a plain file name.", nameof(fileName));
    }

    /// <summary>Writes a text report.</summary>
    /// <exception cref="UserInputException">The file cannot be written.</exception>
    public void WriteText(string fileName, string text) => AtomicFile.WriteText(PathOf(fileName), text);

    /// <summary>Writes a table, one row an element (see <see cref="CsvReport"/>).</summary>
    /// <exception cref="UserInputException">The file cannot be written.</exception>
    public void WriteCsv<TRow>(string fileName, IEnumerable<TRow> rows) => CsvReport.Write(PathOf(fileName), rows);
}
