using System.Text;
using TileProof.Golden.Import;

namespace TileProof.Verification.Files;

/// <summary>Writes files that are either whole or not there: first to a temporary file in the same folder, which is then renamed.</summary>
/// <remarks>
/// A file that stood there before stays as it was until the new one is complete. A symbolic link stays, and the file that it
/// leads to is written; a character device is written to; pipes and everything else are refused, never replaced.
/// </remarks>
public static class AtomicFile
{
    /// <summary>What <see cref="Together"/> has written so far on this thread; null outside of it.</summary>
    [ThreadStatic]
    private static List<(FileStream Stream, string TemporaryPath, string Target)>? written;

    private static readonly UTF8Encoding Utf8WithoutMark = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes text as UTF-8 without a byte order mark; line ends are kept as given.</summary>
    /// <exception cref="UserInputException">The file cannot be written; nothing is left behind.</exception>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream => stream.Write(Utf8WithoutMark.GetBytes(text)));
    }

    /// <summary>Writes what <paramref name="writeContent"/> puts into the stream, which stays open until it returns.</summary>
    /// <exception cref="UserInputException">The file cannot be written, or the path names none; nothing is left behind.</exception>
    /// <remarks>An exception of <paramref name="writeContent"/> other than an input/output error passes through; nothing is left behind.</remarks>
    public static void Write(string path, Action<Stream> writeContent)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(writeContent);
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new UserInputException("the name of the output file is empty or has a character that no name may have; give a file");
        }

        try
        {
            string target = TargetOf(path);
            if (File.Exists(target) && InputFile.FormOf(target) is not FileForm.Regular and var form)
            {
                WriteThrough(target, form, writeContent);
                return;
            }

            Replace(target, writeContent);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"cannot write '{path}': {FileProblem.Describe(exception)}", exception);
        }
    }

    /// <summary>Writes several files that belong together: all are renamed into place when the last one is whole, or none is.</summary>
    /// <param name="writes">Writes them on this thread. It cannot read them back.</param>
    /// <remarks>A process that ends in between (see <see cref="DeleteUnfinished"/>) waits until all are in place, and leaves none where that takes too long.</remarks>
    /// <exception cref="UserInputException">A file cannot be written; of none that was not in place before anything is left behind.</exception>
    public static void Together(Action writes)
    {
        ArgumentNullException.ThrowIfNull(writes);
        List<(FileStream Stream, string TemporaryPath, string Target)> files = written = [];
        try
        {
            using Lock.Scope place = TemporaryFiles.BeginTogether();
            writes();
            TemporaryFiles.Rename(files.Select(static file => (file.TemporaryPath, file.Target)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"cannot write the reports: {FileProblem.Describe(exception)}", exception);
        }
        finally
        {
            written = null;
            foreach ((FileStream stream, string temporaryPath, _) in files)
            {
                stream.Dispose();
                TemporaryFiles.DeleteIfThere(temporaryPath);
                TemporaryFiles.Forget(temporaryPath);
            }
        }
    }

    /// <summary>Says before a long run that a file could not be written at its end, where its folder is missing or a folder has its name.</summary>
    /// <exception cref="UserInputException">There is no place for the file.</exception>
    public static void RequirePlace(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
        {
            throw new UserInputException($"cannot write '{path}': {(File.Exists(folder) ? $"'{Path.GetFileName(folder)}' is a file, not a folder" : "the folder does not exist")}");
        }

        if (Directory.Exists(path))
        {
            throw new UserInputException($"cannot write '{path}': it is a folder, expected a file");
        }
    }

    /// <summary>Deletes what writes that are under way have left so far; for a process that ends without unwinding.</summary>
    /// <param name="end">Ends the process. No file that belongs to others is renamed into place while it runs.</param>
    public static void DeleteUnfinished(Action end)
    {
        ArgumentNullException.ThrowIfNull(end);
        TemporaryFiles.DeleteUnfinished(end);
    }

    /// <summary>Where links lead, whether or not there is a file yet.</summary>
    private static string TargetOf(string path)
    {
        string target = Path.GetFullPath(path);
        if (new FileInfo(target).LinkTarget is not null)
        {
            target = File.ResolveLinkTarget(target, returnFinalTarget: true)!.FullName;
        }

        return Directory.Exists(target) || Path.GetFileName(target).Length == 0 ? throw new IOException("it is a folder, expected a file") : target;
    }

    private static void WriteThrough(string target, FileForm form, Action<Stream> writeContent)
    {
        if (form != FileForm.CharacterDevice)
        {
            throw new IOException("it is a pipe or a device, expected a regular file");
        }

        using var device = new OutputFileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        writeContent(device);
    }

    private static void Replace(string target, Action<Stream> writeContent)
    {
        string temporaryPath = TemporaryFiles.NewPath(Path.GetDirectoryName(target)!);
        FileStream? stream = null;
        bool isHeld = false;
        try
        {
            // Renamed while it is open: its lock tells other runs that it is not abandoned.
            stream = new OutputFileStream(temporaryPath, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
            writeContent(stream);
            stream.Flush();
            if (written is { } together)
            {
                together.Add((stream, temporaryPath, target));
                isHeld = true;
                return;
            }

            File.Move(temporaryPath, target, overwrite: true);
        }
        catch
        {
            TemporaryFiles.DeleteIfThere(temporaryPath);
            throw;
        }
        finally
        {
            if (!isHeld)
            {
                stream?.Dispose();
                TemporaryFiles.Forget(temporaryPath);
            }
        }
    }
}
