using System.Security.Cryptography;
using System.Text;
using TileProof.Golden.Import;
using TileProof.Verification.Files;

namespace TileProof.Verification.Sharding;

/// <summary>The results of a shard in one file that only grows: a line each of checksum, key and text, separated by tabs.</summary>
/// <remarks>
/// A process that is killed, and a node or a disk that fails, cost at most the lines that were not written whole: reading ends at the first
/// line whose checksum is wrong, and whoever goes on writes from there. One process writes at a time; its lock ends with it.
/// </remarks>
internal sealed class ResultJournal : IDisposable
{
    /// <summary>The file's name in the folder of a shard.</summary>
    public const string FileName = "results.txt";

    private const int ChecksumDigits = 16;
    private const int BufferBytes = 1 << 20;
    private const byte LineEnd = (byte)'\n';
    private const char Separator = '\t';

    private readonly string path;
    private readonly FileStream file;
    private readonly HashSet<string> keys = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private UserInputException? failure;

    private ResultJournal(string path, FileStream file)
    {
        this.path = path;
        this.file = file;
    }

    /// <summary>Opens the file to go on with it, and makes it where it is missing; what was not written whole is cut off.</summary>
    /// <exception cref="UserInputException">The file cannot be written, or another process writes it.</exception>
    public static ResultJournal Open(string path)
    {
        try
        {
            if (File.Exists(path) && InputFile.FormOf(path) != FileForm.Regular)
            {
                throw new IOException("it is no regular file");
            }

            var file = new OutputFileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            var journal = new ResultJournal(path, file);
            long end = 0;
            foreach ((string key, string _, long lineEnd) in LinesOf(file))
            {
                journal.keys.Add(key);
                end = lineEnd;
            }

            file.SetLength(end);
            file.Position = end;
            return journal;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"cannot write '{path}': {FileProblem.Describe(exception)}; where another process runs this shard, wait for it", exception);
        }
    }

    /// <summary>Every result of a file that nobody writes, up to the first line that was not written whole.</summary>
    /// <exception cref="UserInputException">The file cannot be read.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(string path)
    {
        try
        {
            using FileStream file = InputFile.Open(path, long.MaxValue);
            return [.. LinesOf(file).Select(static line => KeyValuePair.Create(line.Key, line.Text))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"cannot read '{path}': {FileProblem.Describe(exception)}", exception);
        }
    }

    /// <summary>Whether there is a result under a key.</summary>
    public bool Contains(string key)
    {
        lock (gate)
        {
            return keys.Contains(key);
        }
    }

    /// <summary>Adds a result; it is with the operating system when the method returns.</summary>
    /// <param name="key">Names the result; without tabs and line ends.</param>
    /// <param name="text">One line.</param>
    /// <exception cref="UserInputException">The disk is full or fails; results before this one stay.</exception>
    public void Append(string key, string text)
    {
        byte[] line = LineOf(key, text);
        lock (gate)
        {
            // What follows a line that is not whole is never read.
            if (failure is not null)
            {
                throw new UserInputException(failure.Message, failure);
            }

            long start = file.Position;
            try
            {
                file.Write(line);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                TryCut(start);
                throw failure = new UserInputException($"cannot write '{path}': {FileProblem.Describe(exception)}; make room and run the same command again: it goes on from the {keys.Count} results that are there", exception);
            }

            keys.Add(key);
        }
    }

    /// <summary>Writes everything to the disk itself.</summary>
    /// <exception cref="UserInputException">The disk is full or fails.</exception>
    public void Flush()
    {
        lock (gate)
        {
            try
            {
                file.Flush(flushToDisk: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new UserInputException($"cannot write '{path}': {FileProblem.Describe(exception)}", exception);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static byte[] LineOf(string key, string text)
    {
        if (key.AsSpan().IndexOfAny('\t', '\n') >= 0 || text.Contains('\n', StringComparison.Ordinal))
        {
            throw new ArgumentException($"The result of '{key}' is not one line.", nameof(text));
        }

        byte[] content = Encoding.UTF8.GetBytes($"{key}{Separator}{text}");
        return [.. Encoding.ASCII.GetBytes(ChecksumOf(content)), (byte)Separator, .. content, LineEnd];
    }

    private static string ChecksumOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content))[..ChecksumDigits];

    /// <summary>The whole lines from the beginning of a file, each with the place behind it.</summary>
    private static IEnumerable<(string Key, string Text, long End)> LinesOf(FileStream file)
    {
        byte[] buffer = new byte[BufferBytes];
        int held = 0;
        long end = 0;
        while (true)
        {
            if (held == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            int read = file.Read(buffer, held, buffer.Length - held);
            int from = 0;
            int searched = held;
            held += read;
            for (int at = buffer.AsSpan(searched, held - searched).IndexOf(LineEnd); at >= 0; at = buffer.AsSpan(searched, held - searched).IndexOf(LineEnd))
            {
                int lineEnd = searched + at;
                end += lineEnd + 1 - from;
                if (Parse(buffer.AsSpan(from, lineEnd - from)) is not { } line)
                {
                    yield break;
                }

                yield return (line.Key, line.Text, end);
                from = searched = lineEnd + 1;
            }

            if (read == 0)
            {
                yield break;
            }

            buffer.AsSpan(from, held - from).CopyTo(buffer);
            held -= from;
        }
    }

    private static (string Key, string Text)? Parse(ReadOnlySpan<byte> line)
    {
        if (line.Length <= ChecksumDigits || line[ChecksumDigits] != Separator)
        {
            return null;
        }

        ReadOnlySpan<byte> content = line[(ChecksumDigits + 1)..];
        int separator = content.IndexOf((byte)Separator);
        return separator > 0 && Encoding.ASCII.GetString(line[..ChecksumDigits]) == ChecksumOf(content)
            ? (Encoding.UTF8.GetString(content[..separator]), Encoding.UTF8.GetString(content[(separator + 1)..]))
            : null;
    }

    private void TryCut(long length)
    {
        try
        {
            file.SetLength(length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next process cuts it off.
        }
    }
}
