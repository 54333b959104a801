using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TileProof.Verification.Files;

/// <summary>Rows of a table as JSON: the same columns as <see cref="CsvReport"/> writes, numbers as numbers, choices by name.</summary>
public static class JsonTable
{
    private static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>The rows as an array of objects.</summary>
    public static JsonNode Of<TRow>(IEnumerable<TRow> rows) => JsonSerializer.SerializeToNode(rows, Form)!;

    /// <summary>Writes a value and a line end.</summary>
    public static void Write(TextWriter output, JsonNode value)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(value);
        output.WriteLine(value.ToJsonString(Form));
    }
}
