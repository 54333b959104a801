using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;

namespace TileProof.Verification.Files;

/// <summary>Writes tables as CSV: invariant culture, LF line ends, UTF-8 without a byte order mark.</summary>
/// <remarks>The columns are the public properties of the row type in their order of declaration; <c>ConfigKey</c> becomes <c>config_key</c>.</remarks>
public static class CsvReport
{
    /// <summary>Writes a file, whole or not at all.</summary>
    /// <exception cref="UserInputException">The file cannot be written.</exception>
    public static void Write<TRow>(string path, IEnumerable<TRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
            Write(writer, rows);
        });
    }

    /// <summary>Writes to an open writer.</summary>
    public static void Write<TRow>(TextWriter writer, IEnumerable<TRow> rows)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(rows);
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var csv = new CsvWriter(writer, configuration, leaveOpen: true);
        ClassMap<TRow> map = csv.Context.AutoMap<TRow>();
        foreach (MemberMap column in map.MemberMaps)
        {
            column.Name(JsonNamingPolicy.SnakeCaseLower.ConvertName(column.Data.Member!.Name));
        }

        csv.Context.RegisterClassMap(map);
        csv.WriteRecords(rows);
    }
}
