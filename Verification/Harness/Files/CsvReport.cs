using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;

namespace TileProof.Verification.Files;

/// <summary>Writes tables as CSV: invariant culture, LF line ends, UTF-8 without a byte order mark.</summary>
/// <remarks>
/// The columns are the public properties of the row type in their order of declaration; <c>ConfigKey</c> becomes <c>config_key</c>.
/// Fields are written one by one: CsvHelper's own records compile expressions for every row type, which costs more than the writing.
/// </remarks>
public static class CsvReport
{
    private static readonly CsvConfiguration Configuration = new(CultureInfo.InvariantCulture) { NewLine = "\n" };

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
        PropertyInfo[] properties = typeof(TRow).GetProperties(BindingFlags.Instance | BindingFlags.Public);
        Func<TRow, string?>[] columns = [.. properties.Select(ColumnOf<TRow>)];
        using var csv = new CsvWriter(writer, Configuration, leaveOpen: true);
        foreach (PropertyInfo property in properties)
        {
            csv.WriteField(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }

        csv.NextRecord();
        foreach (TRow row in rows)
        {
            foreach (Func<TRow, string?> column in columns)
            {
                csv.WriteField(column(row));
            }

            csv.NextRecord();
        }
    }

    /// <summary>The text of a column; the types that most columns have are read without a box for every number.</summary>
    private static Func<TRow, string?> ColumnOf<TRow>(PropertyInfo property)
    {
        MethodInfo getter = property.GetMethod!;
        if (!typeof(TRow).IsValueType && property.PropertyType == typeof(string))
        {
            return getter.CreateDelegate<Func<TRow, string?>>();
        }

        if (!typeof(TRow).IsValueType && property.PropertyType == typeof(long))
        {
            Func<TRow, long> get = getter.CreateDelegate<Func<TRow, long>>();
            return row => get(row).ToString(CultureInfo.InvariantCulture);
        }

        if (!typeof(TRow).IsValueType && property.PropertyType == typeof(int))
        {
            Func<TRow, int> get = getter.CreateDelegate<Func<TRow, int>>();
            return row => get(row).ToString(CultureInfo.InvariantCulture);
        }

        return row => Convert.ToString(property.GetValue(row), CultureInfo.InvariantCulture);
    }
}
