using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using TileProof.Golden.Files;

namespace TileProof.Verification;

/// <summary>Writes files that are either whole or not there: first to a temporary file in the same folder, which is then renamed.</summary>
/// <remarks>
/// A file that stood there before stays as it was until the new one is complete. A symbolic link stays, and what it leads to is written;
/// pipes, devices and sockets are refused.
/// </remarks>
public static class AtomicFile
{
    private const string TemporaryPrefix = ".tileproof-";
    private const string TemporaryExtension = ".tmp";

    private static readonly UTF8Encoding Utf8WithoutMark = new(encoderShouldEmitUTF8Identifier: false);
    private static readonly ConcurrentDictionary<string, bool> Unfinished = new(StringComparer.Ordinal);

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
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(writeContent);
        if (path.Trim().Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new UserInputException($"cannot write '{path.Replace('\0', '?')}': it names no file");
        }

        string? temporaryPath = null;
        try
        {
            string target = TargetOf(path);
            string folder = Path.GetDirectoryName(target) ?? throw new UserInputException($"cannot write '{path}': it names no file");
            temporaryPath = Path.Combine(folder, NewTemporaryName());
            Unfinished.TryAdd(temporaryPath, true);
            using (var stream = new FileStream(temporaryPath, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                writeContent(stream);
            }

            File.Move(temporaryPath, target, overwrite: true);
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
        finally
        {
            if (temporaryPath is not null)
            {
                Unfinished.TryRemove(temporaryPath, out _);
            }
        }
    }

    /// <summary>Deletes what writes that are under way have left so far; for a process that is about to end without unwinding.</summary>
    public static void DeleteUnfinished()
    {
        foreach (string path in Unfinished.Keys)
        {
            DeleteIfThere(path);
        }
    }

    /// <summary>Deletes temporary files that killed processes left in a folder; those of processes that still run stay.</summary>
    public static void DeleteAbandoned(string folder)
    {
        try
        {
            foreach (string path in Directory.EnumerateFiles(folder, $"{TemporaryPrefix}*{TemporaryExtension}"))
            {
                string[] parts = Path.GetFileName(path)[TemporaryPrefix.Length..].Split('-');
                if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int process) && !IsRunning(process))
                {
                    DeleteIfThere(path);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else's folder is none of our business; writing to it says what is wrong.
        }
    }

    /// <summary>Short whatever the name of the file, which may be as long as the file system allows.</summary>
    private static string NewTemporaryName() =>
        string.Create(CultureInfo.InvariantCulture, $"{TemporaryPrefix}{Environment.ProcessId}-{Path.GetRandomFileName()}{TemporaryExtension}");

    private static string TargetOf(string path)
    {
        RegularFile.RequireRegular(path);
        string full = Path.GetFullPath(path);
        return new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using var running = Process.GetProcessById(process);
            return !running.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void DeleteIfThere(string? path)
    {
        try
        {
            if (path is not null)
            {
                File.Delete(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report.
        }
    }
}
