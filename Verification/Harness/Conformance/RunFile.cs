using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TileProof.Verification.Conformance;

/// <summary><c>run.json</c>: what holds for every row of the tables beside it, and the verdict.</summary>
public sealed record RunFile
{
    /// <summary>The file's name in a report folder.</summary>
    public const string FileName = "run.json";

    private static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Versions of the tool, the runtime and the golden engine.</summary>
    public required string Versions { get; init; }

    /// <summary>Settings that determine the result.</summary>
    public required string Settings { get; init; }

    /// <summary>The golden engines and their devices, which differ from host to host and change no result.</summary>
    public required string Engines { get; init; }

    /// <summary>The networks.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    /// <summary>The bank settings.</summary>
    public required IReadOnlyList<string> Banks { get; init; }

    /// <summary>The landing policies.</summary>
    public required IReadOnlyList<string> Landings { get; init; }

    /// <summary>Whether every clause holds.</summary>
    public required bool Proven { get; init; }

    /// <summary>How much was compared.</summary>
    public required string Extent { get; init; }

    /// <summary>Everything that must hold.</summary>
    public required IReadOnlyList<VerdictClause> Clauses { get; init; }

    /// <summary>What the run says nothing about.</summary>
    public required IReadOnlyList<string> NotCovered { get; init; }

    /// <summary>The text of the file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Form) + "\n";

    /// <summary>Reads the text of a file.</summary>
    /// <exception cref="JsonException">It is no such file.</exception>
    public static RunFile FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<RunFile>(json, Form) ?? throw new JsonException("the file holds null");

    /// <summary>Reads the text of a file.</summary>
    /// <exception cref="JsonException">It is no such file.</exception>
    public static RunFile FromJson(string json) => FromJson(Encoding.UTF8.GetBytes(json));
}
