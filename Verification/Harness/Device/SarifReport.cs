using System.Text.Encodings.Web;
using System.Text.Json;
using TileProof.HwModel.Device;
using TileProof.HwModel.Hazards;

namespace TileProof.Verification.Device;

/// <summary>Writes findings in SARIF 2.1, which code review tools show at the lines.</summary>
internal static class SarifReport
{
    private static readonly (string Name, string Explanation)[] OwnRules =
    [
        ("fault", "The program was stopped before it returned, or refused the call."),
        ("wrong-bytes", "The output differs from the golden one."),
        ("foreign-memory", "A transfer touches a variable that lies in no bank and no tensor."),
    ];

    public static string Write(IReadOnlyList<DeviceFinding> findings)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            WriteTool(json, [.. findings.Select(static finding => finding.Rule).Distinct(StringComparer.Ordinal)]);
            json.WriteStartArray("results");
            foreach (DeviceFinding finding in findings)
            {
                WriteResult(json, finding);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteTool(Utf8JsonWriter json, string[] rules)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "TileProof");
        json.WriteStartArray("rules");
        foreach (string rule in rules)
        {
            json.WriteStartObject();
            json.WriteString("id", rule);
            json.WriteStartObject("shortDescription");
            json.WriteString("text", ExplanationOf(rule));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string ExplanationOf(string rule) =>
        HazardRule.All.FirstOrDefault(one => one.Name == rule)?.Explanation ?? OwnRules.First(own => own.Name == rule).Explanation;

    private static void WriteResult(Utf8JsonWriter json, DeviceFinding finding)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule);
        json.WriteString("level", "error");
        json.WriteStartObject("message");
        json.WriteString("text", $"{finding.Message} ({finding.FirstCase}){(finding.Mend.Length == 0 ? "" : "; " + finding.Mend)}");
        json.WriteEndObject();
        json.WriteStartArray("locations");
        if (finding.Origin is { } origin)
        {
            WriteLocation(json, origin.Innermost, null);
        }

        json.WriteEndArray();
        json.WriteStartArray("relatedLocations");
        if (finding.OtherOrigin is { } other)
        {
            WriteLocation(json, other.Innermost, "the transfer is issued here");
        }

        foreach (SourceFrame caller in finding.Origin?.Frames.Skip(1) ?? [])
        {
            WriteLocation(json, caller, "called from here");
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLocation(Utf8JsonWriter json, SourceFrame frame, string? text)
    {
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", new Uri(frame.File).AbsoluteUri);
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", frame.Line);
        json.WriteEndObject();
        json.WriteEndObject();
        if (text is not null)
        {
            json.WriteStartObject("message");
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
