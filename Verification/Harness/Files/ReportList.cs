using System.Security.Cryptography;
using TileProof.Golden.Import;
using TileProof.Verification.Progress;

namespace TileProof.Verification.Files;

/// <summary>The reports that runs of one command wrote into a folder, as a file there: a line of SHA-256 and name each, as <c>sha256sum</c> has it.</summary>
/// <remarks>It lists a report from the moment that it is written, so that those of a killed run are known too. May be added to from several threads.</remarks>
internal sealed class ReportList
{
    private const int MaximumBytes = 1024 * 1024;
    private const string Separator = "  ";

    private readonly string folder;
    private readonly string listPath;
    private readonly Dictionary<string, string> earlier = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> written = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    private ReportList(string folder, string command)
    {
        this.folder = folder;
        listPath = Path.Combine(folder, $".tileproof-{command}.sha256");
    }

    /// <summary>The list of a command; one that cannot be read counts as empty.</summary>
    public static ReportList Read(string folder, string command)
    {
        var list = new ReportList(folder, command);
        try
        {
            foreach (string line in InputFile.ReadText(list.listPath, MaximumBytes).Split('\n'))
            {
                if (line.Split(Separator, 2) is [var hash, var name] && Path.GetFileName(name) == name)
                {
                    list.earlier[name] = hash;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nothing is known of earlier runs, so nothing of theirs is deleted.
        }

        return list;
    }

    /// <summary>Adds a report that was written just now.</summary>
    public void Add(string fileName)
    {
        lock (gate)
        {
            if (HashOf(fileName) is { } hash)
            {
                written[fileName] = hash;
                Write(earlier.Where(entry => !written.ContainsKey(entry.Key)).Concat(written));
            }
        }
    }

    /// <summary>Deletes the reports that are listed and were not added, unless their content is another by now.</summary>
    public void DeleteOthers(IProgressReporter progress)
    {
        foreach ((string name, string hash) in earlier.Where(entry => !written.ContainsKey(entry.Key)).OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            if (HashOf(name) is { } present)
            {
                progress.Say(present != hash ? $"kept {name}, which is not of this run: it has changed since an earlier run wrote it"
                    : TryDelete(Path.Combine(folder, name)) ? $"deleted {name}, a report of an earlier run that this one does not write"
                    : $"cannot delete {name}, which is not of this run");
            }
        }

        Write(written);
    }

    private static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Write(IEnumerable<KeyValuePair<string, string>> entries) => AtomicFile.WriteText(
        listPath, string.Concat(entries.OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(static entry => $"{entry.Value}{Separator}{entry.Key}\n")));

    /// <summary>Null where there is no regular file.</summary>
    private string? HashOf(string fileName)
    {
        try
        {
            using FileStream file = InputFile.Open(Path.Combine(folder, fileName), long.MaxValue);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
