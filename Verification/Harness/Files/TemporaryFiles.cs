using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using TileProof.Golden.Import;

namespace TileProof.Verification.Files;

/// <summary>Names of files that are being written, and the removal of those that a killed run left behind.</summary>
/// <remarks>A name has the same length whatever the file will be called, so that every name that a file may have can be written.</remarks>
internal static partial class TemporaryFiles
{
    /// <summary>How long a process that is about to end waits for files that belong together, which are small.</summary>
    private static readonly TimeSpan TogetherPatience = TimeSpan.FromSeconds(5);

    private static readonly Lock Gate = new();

    /// <summary>Held while files that belong together are written and renamed.</summary>
    private static readonly Lock WritingTogether = new();

    /// <summary>Held while files that belong together are renamed; a process that ends waits for it.</summary>
    private static readonly Lock Renaming = new();
    private static readonly ConcurrentDictionary<string, bool> Unfinished = new(StringComparer.Ordinal);
    private static readonly HashSet<string> CleanFolders = new(StringComparer.Ordinal);

    /// <summary>A path in a folder that no file has. What earlier runs left in the folder is deleted before the first one.</summary>
    public static string NewPath(string folder)
    {
        lock (Gate)
        {
            if (CleanFolders.Add(folder))
            {
                DeleteAbandoned(folder);
            }
        }

        string path = Path.Combine(folder, $".tileproof-{Path.GetRandomFileName()}.tmp");
        Unfinished.TryAdd(path, true);
        return path;
    }

    /// <summary>A file is renamed or deleted.</summary>
    public static void Forget(string path) => Unfinished.TryRemove(path, out _);

    /// <summary>Files that belong together are written until the scope ends: a process that ends waits for them, but not for ever.</summary>
    public static Lock.Scope BeginTogether() => WritingTogether.EnterScope();

    /// <summary>Renames files into place, all of them before this process ends.</summary>
    public static void Rename(IEnumerable<(string TemporaryPath, string Target)> files)
    {
        lock (Renaming)
        {
            foreach ((string temporaryPath, string target) in files)
            {
                File.Move(temporaryPath, target, overwrite: true);
                Forget(temporaryPath);
            }
        }
    }

    /// <summary>Deletes the files that this process is writing, and keeps it from renaming more while it ends.</summary>
    /// <remarks>Files that belong together and are being written are waited for at first.</remarks>
    /// <param name="end">Ends the process.</param>
    public static void DeleteUnfinished(Action end)
    {
        bool isNothingWritten = WritingTogether.TryEnter(TogetherPatience);
        try
        {
            lock (Renaming)
            {
                foreach (string path in Unfinished.Keys)
                {
                    DeleteIfThere(path);
                }

                end();
            }
        }
        finally
        {
            if (isNothingWritten)
            {
                WritingTogether.Exit();
            }
        }
    }

    /// <summary>Deletes a file, or leaves it where that is not possible: another failure is the one to report.</summary>
    public static void DeleteIfThere(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next run deletes what was abandoned.
        }
    }

    /// <summary>Whether a path has the name of a temporary file.</summary>
    public static bool IsTemporary(string path) => TemporaryName().IsMatch(Path.GetFileName(path));

    /// <summary>Deletes the temporary files of a folder that nobody writes: who does holds a lock, which ends with the process.</summary>
    public static void DeleteAbandoned(string folder)
    {
        try
        {
            foreach (string path in Directory.EnumerateFiles(folder, ".tileproof-*.tmp", new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint }))
            {
                if (IsTemporary(path) && InputFile.FormOf(path) == FileForm.Regular)
                {
                    DeleteUnlessLocked(path);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Writing the file itself says what is wrong with the folder.
        }
    }

    private static void DeleteUnlessLocked(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another run writes it.
        }
    }

    [GeneratedRegex(@"^\.tileproof-[a-z0-9]{8}\.[a-z0-9]{3}\.tmp$", RegexOptions.CultureInvariant)]
    private static partial Regex TemporaryName();
}
