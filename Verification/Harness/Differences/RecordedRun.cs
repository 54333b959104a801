using System.Globalization;
using System.Text.Json;
using CsvHelper;
using TileProof.Golden.Import;
using TileProof.Verification.Conformance;

namespace TileProof.Verification.Differences;

/// <summary>A report folder of <c>tileproof verify</c>, read back.</summary>
public sealed class RecordedRun
{
    private const int MaximumBytes = 512 * 1024 * 1024;

    private RecordedRun(string folder, RunFile file)
    {
        Folder = folder;
        File = file;
    }

    /// <summary>The folder as it was named.</summary>
    public string Folder { get; }

    /// <summary><c>run.json</c>.</summary>
    public RunFile File { get; }

    /// <summary>The rows of <c>calls.csv</c>, by column.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, string>> Calls { get; init; }

    /// <summary>The rows of <c>end_to_end.csv</c>.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, string>> EndToEnd { get; init; }

    /// <summary>The rows of <c>hazards.csv</c>.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, string>> Hazards { get; init; }

    /// <summary>The rows of <c>accuracy.csv</c>; none where the run measured none.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, string>> Accuracy { get; init; }

    /// <summary>Reads a folder.</summary>
    /// <exception cref="UserInputException">It is no report folder, or one of another version.</exception>
    public static RecordedRun Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder))
        {
            throw new UserInputException($"'{folder}' is no folder; name the report folders of two runs of tileproof verify");
        }

        RunFile file;
        try
        {
            file = RunFile.FromJson(ReadText(folder, RunFile.FileName));
        }
        catch (JsonException exception)
        {
            throw new UserInputException($"'{Path.Combine(folder, RunFile.FileName)}' cannot be read: {exception.Message.ReplaceLineEndings(" ")}; run tileproof verify again", exception);
        }

        return new RecordedRun(folder, file)
        {
            Calls = ReadTable(folder, "calls.csv", ["network", "call_index", "call", "bank", "path", "plan", "result", "goldens", "output_hash", "movement", "arithmetic"]),
            EndToEnd = ReadTable(folder, "end_to_end.csv", ["network", "bank", "landing", "mismatches", "hazards", "fault", "output_hash"]),
            Hazards = ReadTable(folder, "hazards.csv", ["network", "call", "bank", "rule", "severity", "occurrences", "memory", "buffer", "operation", "collides_with", "run"]),
            Accuracy = System.IO.File.Exists(Path.Combine(folder, "accuracy.csv"))
                ? ReadTable(folder, "accuracy.csv", ["network", "variant", "call_index", "call", "sqnr_decibels", "top1_with_float"])
                : [],
        };
    }

    private static string ReadText(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        try
        {
            return InputFile.ReadText(path, MaximumBytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException(
                System.IO.File.Exists(path)
                    ? $"'{path}' cannot be read: {exception.Message.ReplaceLineEndings(" ")}"
                    : $"'{folder}' has no {file}; name a report folder of tileproof verify, or run it again with this version",
                exception);
        }
    }

    private static List<IReadOnlyDictionary<string, string>> ReadTable(string folder, string file, string[] columns)
    {
        string text = ReadText(folder, file);
        try
        {
            using var reader = new StringReader(text);
            using var csv = new CsvReader(reader, CultureInfo.InvariantCulture);
            var rows = new List<IReadOnlyDictionary<string, string>>();
            if (!csv.Read() || !csv.ReadHeader())
            {
                throw new UserInputException($"'{Path.Combine(folder, file)}' is empty; run tileproof verify again");
            }

            if (columns.Except(csv.HeaderRecord!, StringComparer.Ordinal).FirstOrDefault() is { } missing)
            {
                throw new UserInputException($"'{Path.Combine(folder, file)}' has no column '{missing}'; run tileproof verify again with this version");
            }

            while (csv.Read())
            {
                rows.Add(csv.HeaderRecord!.ToDictionary(static name => name, name => csv.GetField(name) ?? "", StringComparer.Ordinal));
            }

            return rows;
        }
        catch (CsvHelperException exception)
        {
            throw new UserInputException($"'{Path.Combine(folder, file)}' is no table: {exception.GetType().Name}; run tileproof verify again", exception);
        }
    }
}
