using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace TileProof.Verification.Files;

/// <summary>Writes tables as CSV: invariant culture, LF line ends, UTF-8 without a byte order mark.</summary>
/// <remarks>The columns are the public properties of the row type in their order of declaration; <c>ConfigKey</c> becomes <c>config_key</c>.</remarks>
public static class CsvReport
{
    private const char Separator = ',';
    private const char Quote = '"';

    /// <summary>Characters of the longest number that a long has.</summary>
    private const int LongestNumber = 20;

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
        Action<TextWriter, TRow>[] columns = [.. properties.Select(ColumnOf<TRow>)];
        WriteLine(writer, properties.Length, index => WriteText(writer, JsonNamingPolicy.SnakeCaseLower.ConvertName(properties[index].Name)));
        foreach (TRow row in rows)
        {
            WriteLine(writer, columns.Length, index => columns[index](writer, row));
        }
    }

    private static void WriteLine(TextWriter writer, int columnCount, Action<int> writeColumn)
    {
        for (int i = 0; i < columnCount; i++)
        {
            if (i > 0)
            {
                writer.Write(Separator);
            }

            writeColumn(i);
        }

        writer.Write('\n');
    }

    /// <summary>What writes a column; the types that most columns have are read without a box for every number.</summary>
    private static Action<TextWriter, TRow> ColumnOf<TRow>(PropertyInfo property)
    {
        MethodInfo getter = property.GetMethod!;
        if (!typeof(TRow).IsValueType && property.PropertyType == typeof(string))
        {
            Func<TRow, string?> get = getter.CreateDelegate<Func<TRow, string?>>();
            return (writer, row) => WriteText(writer, get(row));
        }

        if (!typeof(TRow).IsValueType && property.PropertyType == typeof(long))
        {
            Func<TRow, long> get = getter.CreateDelegate<Func<TRow, long>>();
            return (writer, row) => WriteNumber(writer, get(row));
        }

        if (!typeof(TRow).IsValueType && property.PropertyType == typeof(int))
        {
            Func<TRow, int> get = getter.CreateDelegate<Func<TRow, int>>();
            return (writer, row) => WriteNumber(writer, get(row));
        }

        return (writer, row) => WriteText(writer, Convert.ToString(property.GetValue(row), CultureInfo.InvariantCulture));
    }

    private static void WriteNumber(TextWriter writer, long number)
    {
        Span<char> digits = stackalloc char[LongestNumber];
        number.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
        writer.Write(digits[..length]);
    }

    /// <summary>In quotes where it would be read as something else without.</summary>
    private static void WriteText(TextWriter writer, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        if (text.AsSpan().IndexOfAny(Separator, Quote, '\n') < 0 && text[0] != ' ' && text[^1] != ' ')
        {
            writer.Write(text);
            return;
        }

        writer.Write(Quote);
        writer.Write(text.Replace("\"", "\"\"", StringComparison.Ordinal));
        writer.Write(Quote);
    }
}
