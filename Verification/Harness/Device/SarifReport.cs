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
            string[] rules = [.. findings.Select(static finding => finding.Rule).Distinct(StringComparer.Ordinal)];
            json.WriteStartObject();
            json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            WriteTool(json, rules);
            json.WriteStartArray("results");
            foreach (DeviceFinding finding in findings)
            {
                WriteResult(json, finding, Array.IndexOf(rules, finding.Rule));
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
            WriteMessage(json, "shortDescription", ExplanationOf(rule));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string ExplanationOf(string rule) =>
        HazardRule.All.FirstOrDefault(one => one.Name == rule)?.Explanation ?? OwnRules.First(own => own.Name == rule).Explanation;

    private static void WriteResult(Utf8JsonWriter json, DeviceFinding finding, int ruleIndex)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule);
        json.WriteNumber("ruleIndex", ruleIndex);
        json.WriteString("level", "error");
        WriteMessage(json, "message", $"{finding.Message} ({finding.FirstCase}){(finding.Mend.Length == 0 ? "" : "; " + finding.Mend)}");
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

        if (finding.Origin != finding.WaitOrigin && finding.WaitOrigin is { } returns)
        {
            WriteLocation(json, returns.Innermost, "the entry returns here");
        }

        json.WriteEndArray();
        WriteFlow(json, finding);
        WriteFix(json, finding);
        json.WriteEndObject();
    }

    /// <summary>From the outermost caller of the transfer to its issue, and on to the access that collides with it.</summary>
    private static void WriteFlow(Utf8JsonWriter json, DeviceFinding finding)
    {
        if (finding is not { Origin: { } origin, OtherOrigin: { } other })
        {
            return;
        }

        json.WriteStartArray("codeFlows");
        json.WriteStartObject();
        json.WriteStartArray("threadFlows");
        json.WriteStartObject();
        json.WriteStartArray("locations");
        Steps(other, "the transfer is issued here");
        Steps(origin, "it is not waited for here");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();

        void Steps(SourceOrigin from, string innermost)
        {
            for (int i = from.Frames.Count - 1; i >= 0; i--)
            {
                json.WriteStartObject();
                json.WritePropertyName("location");
                WriteLocation(json, from.Frames[i], i == 0 ? innermost : "calls");
                json.WriteEndObject();
            }
        }
    }

    /// <summary>The wait that was tried, as a line to insert.</summary>
    private static void WriteFix(Utf8JsonWriter json, DeviceFinding finding)
    {
        if (finding.Mend.Length == 0 || WaitLine.Of(finding) is not { } wait)
        {
            return;
        }

        json.WriteStartArray("fixes");
        json.WriteStartObject();
        WriteMessage(json, "description", finding.Mend);
        json.WriteStartArray("artifactChanges");
        json.WriteStartObject();
        WriteArtifact(json, wait.Before.File);
        json.WriteStartArray("replacements");
        json.WriteStartObject();
        json.WriteStartObject("deletedRegion");
        json.WriteNumber("startLine", wait.Before.Line);
        json.WriteNumber("startColumn", 1);
        json.WriteNumber("endLine", wait.Before.Line);
        json.WriteNumber("endColumn", 1);
        json.WriteEndObject();
        WriteMessage(json, "insertedContent", wait.Text + "\n");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteLocation(Utf8JsonWriter json, SourceFrame frame, string? text)
    {
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        WriteArtifact(json, frame.File);
        json.WriteStartObject("region");
        json.WriteNumber("startLine", frame.Line);
        json.WriteEndObject();
        json.WriteEndObject();
        if (frame.Function.Length > 0)
        {
            json.WriteStartArray("logicalLocations");
            json.WriteStartObject();
            json.WriteString("name", frame.Function);
            json.WriteString("kind", "function");
            json.WriteEndObject();
            json.WriteEndArray();
        }

        if (text is not null)
        {
            WriteMessage(json, "message", text);
        }

        json.WriteEndObject();
    }

    private static void WriteArtifact(Utf8JsonWriter json, string file)
    {
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", Path.IsPathRooted(file) ? new Uri(file).AbsoluteUri : Uri.EscapeDataString(file).Replace("%2F", "/", StringComparison.Ordinal));
        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }
}
