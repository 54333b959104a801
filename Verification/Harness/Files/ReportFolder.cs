using TileProof.Verification.Progress;

namespace TileProof.Verification.Files;

/// <summary>The folder that a run writes its reports to. Its files are written whole or not at all.</summary>
public sealed class ReportFolder
{
    private readonly ReportList? reports;
    private List<string>? together;

    private ReportFolder(string path, ReportList? reports)
    {
        FolderPath = path;
        this.reports = reports;
    }

    /// <summary>The folder as the user named it.</summary>
    public string FolderPath { get; }

    /// <summary>
    /// Makes the folder where it is missing, checks that files can be written to it, before any work is done, and deletes what a
    /// killed run left half-written.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="command">The command whose reports of an earlier run <see cref="Complete"/> deletes; null to keep no list of them.</param>
    /// <exception cref="UserInputException">The folder cannot be made or written to.</exception>
    public static ReportFolder Open(string path, string? command = null)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new UserInputException("the output folder has an empty name; give a folder");
        }

        try
        {
            Directory.CreateDirectory(path);
            TemporaryFiles.DeleteAbandoned(path);
            WriteProbe(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string problem = File.Exists(path) ? "it is a file" : FileProblem.Describe(exception);
            throw new UserInputException($"cannot write to the output folder '{path}': {problem}", exception);
        }

        return new ReportFolder(path, command is null ? null : ReportList.Read(path, command));
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
    public void WriteText(string fileName, string text)
    {
        AtomicFile.WriteText(PathOf(fileName), text);
        Add(fileName);
    }

    /// <summary>Writes a table, one row an element (see <see cref="CsvReport"/>).</summary>
    /// <exception cref="UserInputException">The file cannot be written.</exception>
    public void WriteCsv<TRow>(string fileName, IEnumerable<TRow> rows)
    {
        CsvReport.Write(PathOf(fileName), rows);
        Add(fileName);
    }

    /// <summary>Writes reports, and other files, that belong together: all are in place afterwards, or none is (see <see cref="AtomicFile.Together"/>).</summary>
    /// <exception cref="UserInputException">A file cannot be written.</exception>
    public void WriteTogether(Action writes)
    {
        List<string> names = together = [];
        try
        {
            AtomicFile.Together(writes);
        }
        finally
        {
            together = null;
        }

        names.ForEach(Add);
    }

    /// <summary>Called when all reports are written: deletes those of earlier runs of the command that this one did not write.</summary>
    /// <param name="progress">Told what is deleted, and what is not of this run and stays since someone changed it.</param>
    /// <exception cref="UserInputException">The list of reports cannot be written.</exception>
    public void Complete(IProgressReporter progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        reports?.DeleteOthers(progress);
    }

    private static void WriteProbe(string folder)
    {
        string path = TemporaryFiles.NewPath(folder);
        try
        {
            using var probe = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            probe.WriteByte(0);
        }
        finally
        {
            TemporaryFiles.Forget(path);
        }
    }

    private void Add(string fileName)
    {
        if (together is { } names)
        {
            names.Add(fileName);
        }
        else
        {
            reports?.Add(fileName);
        }
    }
}
