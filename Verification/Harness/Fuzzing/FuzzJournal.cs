using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TileProof.Golden.Import;
using TileProof.Verification.Files;

namespace TileProof.Verification.Fuzzing;

/// <summary>What a campaign has done, on disk: a line for each block of cases, written when the block is done, so that a killed campaign goes on behind it.</summary>
/// <remarks>The first line says which campaign it is. A last line that is not whole is the trace of a killed run, and is dropped.</remarks>
public sealed class FuzzJournal : IDisposable
{
    /// <summary>The file in the output folder.</summary>
    public const string FileName = "fuzz.journal.jsonl";

    private const string Format = "tileproof fuzz 2";
    private const long MaximumBytes = 1L << 31;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly FileStream file;

    private FuzzJournal(FileStream file, FuzzTotals totals, int? next)
    {
        this.file = file;
        Totals = totals;
        Next = next;
    }

    /// <summary>What the runs before have done; the lines written since are added.</summary>
    public FuzzTotals Totals { get; }

    /// <summary>The index of the campaign up to which everything of this part is done; null where nothing is.</summary>
    public int? Next { get; private set; }

    /// <summary>The identity of the program that judges: cases of one build are not counted with those of another.</summary>
    public static string Build { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', new[]
    {
        typeof(FuzzJournal), typeof(Operators.Network), typeof(HwModel.Machine.DspMachine), typeof(Golden.Scalar.ScalarOracle), typeof(Kernels.DataParallelEngine),
    }.Select(static type => type.Module.ModuleVersionId)))))[..16];

    /// <summary>Opens the journal of a campaign, and begins one where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The campaign.</param>
    /// <exception cref="UserInputException">The file is of another campaign or build, is no journal, or cannot be written.</exception>
    public static FuzzJournal Open(string path, FuzzOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Head head = Head.Of(options);
        try
        {
            if (!File.Exists(path))
            {
                AtomicFile.WriteText(path, JsonSerializer.Serialize(head, Options) + "\n");
            }

            (Head found, FuzzTotals totals, int? next, long wholeBytes) = ReadParts(path);
            if (found with { Files = head.Files } != head)
            {
                throw new UserInputException($"'{path}' is the journal of another campaign ({found.DifferenceFrom(head)}): give another --out, or delete it");
            }

            var file = new OutputFileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
            file.SetLength(wholeBytes);
            file.Seek(0, SeekOrigin.End);
            return new FuzzJournal(file, totals, next);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"cannot use the journal '{path}': {FileProblem.Describe(exception)}", exception);
        }
    }

    /// <summary>Reads the journal of a campaign, or of a part of one, without going on with it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The campaign and the part, the build that made it, what it found, and the index up to which it is done; null where nothing is.</returns>
    /// <exception cref="UserInputException">The file is no journal or cannot be read.</exception>
    public static (FuzzOptions Campaign, string Build, FuzzTotals Totals, int? Next) Read(string path)
    {
        try
        {
            (Head head, FuzzTotals totals, int? next, _) = ReadParts(path);
            return (head.ToOptions(), head.Build, totals, next);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"cannot read the journal '{path}': {FileProblem.Describe(exception)}", exception);
        }
    }

    /// <summary>Writes that all cases of this part below an index are done.</summary>
    /// <param name="next">The index.</param>
    /// <param name="block">What they gave, beside what earlier blocks gave.</param>
    /// <exception cref="UserInputException">The disk is full, or the file cannot be written.</exception>
    public void Append(int next, FuzzTotals block)
    {
        ArgumentNullException.ThrowIfNull(block);
        long before = file.Length;
        try
        {
            file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Block.Of(next, block), Options) + "\n"));
            file.Flush(flushToDisk: true);
        }
        catch (IOException exception)
        {
            TryCut(before);
            throw new UserInputException($"cannot write the journal '{file.Name}': {FileProblem.Describe(exception)}", exception);
        }

        Totals.Add(block);
        Next = next;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void TryCut(long lengthBytes)
    {
        try
        {
            file.SetLength(lengthBytes);
        }
        catch (IOException)
        {
            // A line that is not whole is dropped by the next run.
        }
    }

    private static (Head Head, FuzzTotals Totals, int? Next, long WholeBytes) ReadParts(string path)
    {
        using FileStream stream = InputFile.Open(path, MaximumBytes);
        Head? head = null;
        var totals = new FuzzTotals();
        int? next = null;
        long wholeBytes = 0;
        int number = 0;
        foreach ((string line, long end) in Lines(stream))
        {
            number++;
            try
            {
                if (head is null)
                {
                    head = JsonSerializer.Deserialize<Head>(line, Options);
                    if (head?.Format != Format)
                    {
                        throw new UserInputException($"'{path}' is no journal of a fuzz campaign: give another --out, or delete it");
                    }
                }
                else
                {
                    Block block = JsonSerializer.Deserialize<Block>(line, Options) ?? throw new JsonException("a block is null");
                    block.AddTo(totals);
                    next = block.Next;
                }
            }
            catch (Exception exception) when (exception is JsonException or ArgumentException or FormatException)
            {
                throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"'{path}' is damaged at line {number}: give another --out, or delete it"), exception);
            }

            wholeBytes = end;
        }

        return head is null
            ? throw new UserInputException($"'{path}' is no journal of a fuzz campaign: give another --out, or delete it")
            : (head, totals, next, wholeBytes);
    }

    /// <summary>The whole lines of a file, each with the offset behind its line end.</summary>
    private static IEnumerable<(string Line, long End)> Lines(FileStream stream)
    {
        var line = new List<byte>();
        var buffer = new byte[1 << 16];
        long offset = 0;
        for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            for (int i = 0; i < read; i++)
            {
                offset++;
                if (buffer[i] != (byte)'\n')
                {
                    line.Add(buffer[i]);
                    continue;
                }

                yield return (Encoding.UTF8.GetString([.. line]), offset);
                line.Clear();
            }
        }
    }

    private sealed record Head
    {
        public string Format { get; init; } = "";

        public string Version { get; init; } = "";

        public string Build { get; init; } = "";

        public int Seed { get; init; }

        public int From { get; init; }

        public string Shard { get; init; } = "1/1";

        /// <summary>The compiled programs: what each is, a line each.</summary>
        public string Programs { get; init; } = "";

        /// <summary>Their descriptions as the user named them, and what findings call them, which make no other campaign.</summary>
        public string Files { get; init; } = "";

        public static Head Of(FuzzOptions options) => new()
        {
            Format = FuzzJournal.Format,
            Version = VersionInfo.ToolVersion,
            Build = FuzzJournal.Build,
            Seed = options.Seed,
            From = options.From,
            Shard = options.Shard.ToString(),
            Programs = string.Join('\n', options.Programs.Select(static program => program.Key)),
            Files = string.Join('\n', options.Programs.Select(static program => $"{program.Name}\t{program.File}")),
        };

        public FuzzOptions ToOptions() => new() { Seed = Seed, From = From, Shard = Sharding.Shard.Parse(Shard), Programs = ProgramsOf() };

        private FuzzProgram[] ProgramsOf() => Programs.Length == 0
            ? []
            :
            [
                .. Programs.Split('\n').Zip(Files.Split('\n'), static (key, file) => key.Split(": ") is [var library, var operators, var hash] && file.Split('\t') is [var name, var path]
                    ? new FuzzProgram(path, name, library, operators, hash)
                    : throw new FormatException("a program has no name, library, operators or hash")),
            ];

        public string DifferenceFrom(Head other)
        {
            if (Seed != other.Seed)
            {
                return string.Create(CultureInfo.InvariantCulture, $"seed {Seed}, not {other.Seed}");
            }

            if (From != other.From)
            {
                return string.Create(CultureInfo.InvariantCulture, $"from case {From}, not {other.From}");
            }

            if (Programs != other.Programs)
            {
                return Programs.Length == 0 ? "without programs in C" : other.Programs.Length == 0 ? "with programs in C" : "with other programs in C";
            }

            return Shard != other.Shard
                ? $"shard {Shard}, not {other.Shard}"
                : $"of version {Version}, build {Build}";
        }
    }

    private sealed record Block
    {
        public int Next { get; init; }

        public long Cases { get; init; }

        public double Seconds { get; init; }

        public Dictionary<string, Dictionary<string, long>> Reached { get; init; } = [];

        public List<FuzzFailure> Failures { get; init; } = [];

        public static Block Of(int next, FuzzTotals totals) => new()
        {
            Next = next,
            Cases = totals.Cases,
            Seconds = Math.Round(totals.Seconds, 3),
            Reached = totals.Coverage.Reached.GroupBy(static entry => entry.Key.Group)
                .ToDictionary(static group => group.Key, static group => group.ToDictionary(static entry => entry.Key.Name, static entry => entry.Value)),
            Failures = [.. totals.Failures],
        };

        public void AddTo(FuzzTotals totals)
        {
            totals.Add(Cases);
            totals.Seconds += Seconds;
            foreach ((string group, Dictionary<string, long> names) in Reached)
            {
                foreach ((string name, long cases) in names)
                {
                    totals.Coverage.Add(new FuzzPoint(group, name), cases);
                }
            }

            foreach (FuzzFailure failure in Failures)
            {
                totals.Add(failure);
            }
        }
    }
}
