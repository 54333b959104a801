using System.Text.Json;

namespace TileProof.Tests.Device;

/// <summary>The parts of the SARIF 2.1.0 standard that a report of findings uses: which properties an object has, which it must have, and what they may be.</summary>
/// <remarks>Written from sections 3.13 to 3.57 of the published standard, whose schema refuses unknown properties of these objects, too.</remarks>
internal static class SarifRules
{
    private static readonly Dictionary<string, (string[] Required, Dictionary<string, string> Properties)> Objects = new(StringComparer.Ordinal)
    {
        ["log"] = (["version", "runs"], Types("$schema:uri version:=2.1.0 runs:run[]")),
        ["run"] = (["tool"], Types("tool:tool results:result[] columnKind:=utf16CodeUnits|unicodeCodePoints")),
        ["tool"] = (["driver"], Types("driver:component")),
        ["component"] = (["name"], Types("name:text version:text informationUri:uri rules:rule[]")),
        ["rule"] = (["id"], Types("id:text name:text shortDescription:message fullDescription:message helpUri:uri")),
        ["result"] = (["message"], Types("ruleId:text ruleIndex:index level:=none|note|warning|error message:message locations:location[] relatedLocations:location[] codeFlows:codeFlow[] fixes:fix[]")),
        ["message"] = (["text"], Types("text:text markdown:text")),
        ["location"] = ([], Types("id:index physicalLocation:physical logicalLocations:logical[] message:message")),
        ["physical"] = ([], Types("artifactLocation:artifact region:region")),
        ["logical"] = ([], Types("name:text fullyQualifiedName:text kind:text")),
        ["artifact"] = ([], Types("uri:uri uriBaseId:text index:index")),
        ["region"] = ([], Types("startLine:one startColumn:one endLine:one endColumn:one snippet:message")),
        ["codeFlow"] = (["threadFlows"], Types("message:message threadFlows:threadFlow[]+")),
        ["threadFlow"] = (["locations"], Types("id:text message:message locations:step[]+")),
        ["step"] = ([], Types("location:location nestingLevel:index importance:=important|essential|unimportant")),
        ["fix"] = (["artifactChanges"], Types("description:message artifactChanges:change[]+")),
        ["change"] = (["artifactLocation", "replacements"], Types("artifactLocation:artifact replacements:replacement[]+")),
        ["replacement"] = (["deletedRegion"], Types("deletedRegion:region insertedContent:message")),
    };

    /// <summary>What a report breaks: the place and the rule.</summary>
    public static IReadOnlyList<string> Broken(JsonElement root)
    {
        var broken = new List<string>();
        Check(root, "log", "$", broken);
        if (broken.Count > 0)
        {
            return broken;
        }

        foreach ((int r, JsonElement run) in root.GetProperty("runs").EnumerateArray().Index())
        {
            string[] rules = run.GetProperty("tool").GetProperty("driver").TryGetProperty("rules", out JsonElement list) ? [.. list.EnumerateArray().Select(static rule => rule.GetProperty("id").GetString()!)] : [];
            if (rules.Distinct(StringComparer.Ordinal).Count() != rules.Length)
            {
                broken.Add($"$.runs[{r}].tool.driver.rules: two rules have one id");
            }

            foreach ((int i, JsonElement result) in (run.TryGetProperty("results", out JsonElement results) ? results.EnumerateArray().ToArray() : []).Index())
            {
                if (result.TryGetProperty("ruleIndex", out JsonElement index) && index.GetInt32() >= rules.Length)
                {
                    broken.Add($"$.runs[{r}].results[{i}].ruleIndex: there is no rule {index.GetInt32()}");
                }
                else if (result.TryGetProperty("ruleIndex", out index) && result.TryGetProperty("ruleId", out JsonElement id) && rules[index.GetInt32()] != id.GetString())
                {
                    broken.Add($"$.runs[{r}].results[{i}].ruleId: rule {index.GetInt32()} is {rules[index.GetInt32()]}");
                }
            }
        }

        return broken;
    }

    private static void Check(JsonElement value, string type, string place, List<string> broken)
    {
        if (type.StartsWith('='))
        {
            string[] allowed = type[1..].Split('|');
            Require(value.ValueKind == JsonValueKind.String && allowed.Contains(value.GetString()), $"'{value}' is not among {string.Join(", ", allowed)}");
        }
        else if (type.EndsWith("[]", StringComparison.Ordinal) || type.EndsWith("[]+", StringComparison.Ordinal))
        {
            Require(value.ValueKind == JsonValueKind.Array, "is no array");
            Require(value.ValueKind != JsonValueKind.Array || !type.EndsWith('+') || value.GetArrayLength() > 0, "is empty");
            foreach ((int i, JsonElement item) in (value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : []).Index())
            {
                Check(item, type[..type.IndexOf('[', StringComparison.Ordinal)], $"{place}[{i}]", broken);
            }
        }
        else if (type is "text" or "uri")
        {
            Require(value.ValueKind == JsonValueKind.String, "is no text");
            Require(type == "text" || (Uri.TryCreate(value.GetString(), UriKind.RelativeOrAbsolute, out _) && !value.GetString()!.Contains(' ', StringComparison.Ordinal)), "is no URI");
        }
        else if (type is "index" or "one")
        {
            int least = type == "one" ? 1 : 0;
            Require(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least, $"{value} is below {least}");
        }
        else
        {
            CheckObject(value, type, place, broken);
        }

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                broken.Add($"{place}: {problem}");
            }
        }
    }

    private static void CheckObject(JsonElement value, string type, string place, List<string> broken)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            broken.Add($"{place}: is no object");
            return;
        }

        (string[] required, Dictionary<string, string> properties) = Objects[type];
        broken.AddRange(required.Where(name => !value.TryGetProperty(name, out _)).Select(name => $"{place}: {name} is missing"));
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (properties.TryGetValue(property.Name, out string? of))
            {
                Check(property.Value, of, $"{place}.{property.Name}", broken);
            }
            else
            {
                broken.Add($"{place}: {property.Name} is not a property of {type}");
            }
        }
    }

    private static Dictionary<string, string> Types(string list) => list.Split(' ').Select(static one => one.Split(':', 2)).ToDictionary(static pair => pair[0], static pair => pair[1], StringComparer.Ordinal);
}
