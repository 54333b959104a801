using System.Globalization;
using System.Text.Json;
using TileProof.Golden.Import;
using TileProof.Verification.Files;

namespace TileProof.Verification.Vectors;

/// <summary>A small JSON object of numbers whose every use is checked.</summary>
internal sealed class ParameterFile
{
    private const int MaximumBytes = 1024 * 1024;

    private readonly Dictionary<string, JsonElement> fields;

    private ParameterFile(string path, Dictionary<string, JsonElement> fields)
    {
        Path = path;
        this.fields = fields;
    }

    public string Path { get; }

    public static ParameterFile Read(string path)
    {
        try
        {
            return Parse(path, InputFile.ReadText(path, MaximumBytes));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new FixtureException(path, null, $"cannot be read: {FileProblem.Describe(exception)}", exception);
        }
    }

    /// <summary>A whole number of <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    public int Int32(string field, int minimum, int maximum)
    {
        string expected = string.Create(CultureInfo.InvariantCulture, $"a whole number of {minimum} to {maximum}");
        JsonElement value = Number(field, expected);
        return value.TryGetInt32(out int number) && number >= minimum && number <= maximum
            ? number
            : throw new FixtureException(Path, field, $"is {Shorten(value)}, expected {expected}");
    }

    /// <summary>A number that is finite and above 0 in single precision.</summary>
    public float PositiveSingle(string field)
    {
        const string expected = "a number above 0 in single precision";
        JsonElement value = Number(field, expected);
        return value.TryGetSingle(out float number) && float.IsFinite(number) && number > 0
            ? number
            : throw new FixtureException(Path, field, $"is {Shorten(value)}, expected {expected}");
    }

    private static ParameterFile Parse(string path, string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new FixtureException(path, null, $"is {KindOf(document.RootElement)}, expected an object");
            }

            var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (!fields.TryAdd(property.Name, property.Value.Clone()))
                {
                    throw new FixtureException(path, property.Name, "is there twice");
                }
            }

            return new ParameterFile(path, fields);
        }
        catch (JsonException exception)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
            throw new FixtureException(path, place, "is not JSON", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new FixtureException(path, null, "a field name is not valid UTF-8 text", exception);
        }
    }

    private JsonElement Number(string field, string expected)
    {
        if (!fields.TryGetValue(field, out JsonElement value))
        {
            throw new FixtureException(Path, field, $"is missing, expected {expected}");
        }

        return value.ValueKind == JsonValueKind.Number ? value : throw new FixtureException(Path, field, $"is {KindOf(value)}, expected {expected}");
    }

    private static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a truth value",
    };

    private static string Shorten(JsonElement value)
    {
        const int longest = 40;
        string text = value.GetRawText();
        return text.Length <= longest ? text : text[..longest] + "...";
    }
}
