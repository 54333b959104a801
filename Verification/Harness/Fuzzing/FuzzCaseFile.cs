using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TileProof.Golden.Import;
using TileProof.Verification.Files;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;
using TileProof.Verification.Tuning;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.Fuzzing;

/// <summary>Reads and writes the file of one fuzz case: JSON that holds all that the case depends on, and leaves out what is as usual.</summary>
public static class FuzzCaseFile
{
    private const int MaximumBytes = 1024 * 1024;
    private const string Format = "tileproof case 2";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    /// <summary>The text of a file.</summary>
    public static string Write(FuzzCase one)
    {
        ArgumentNullException.ThrowIfNull(one);
        var usual = new FuzzCase { Seed = one.Seed, Index = one.Index, Machine = DescribedMachine.Published, Programs = one.Programs, Calls = [] };
        JsonObject content = WithoutDefaults(FuzzCaseContent.Of(one), FuzzCaseContent.Of(usual));
        var root = new JsonObject { ["format"] = Format, ["seed"] = one.Seed, ["index"] = one.Index, ["programs"] = one.Programs.Name };
        foreach ((string name, JsonNode? value) in content)
        {
            root[name] = value?.DeepClone();
        }

        root["machine"] = MachineFile.ToJson(one.Machine);
        root["calls"] = new JsonArray([.. one.Calls.Select(CallNode)]);
        return root.ToJsonString(Options) + "\n";
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="FixtureException">It cannot be read, or holds no possible case.</exception>
    public static FuzzCase Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Parse(path, InputFile.ReadText(path, MaximumBytes));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new FixtureException(path, null, $"cannot be read: {FileProblem.Describe(exception)}", exception);
        }
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="path">The name of the file, for messages.</param>
    /// <param name="json">Its text.</param>
    /// <exception cref="FixtureException">See <see cref="Read"/>.</exception>
    public static FuzzCase Parse(string path, string json)
    {
        try
        {
            FuzzCaseContent content = JsonSerializer.Deserialize<FuzzCaseContent>(json, Options) ?? throw new FixtureException(path, null, "holds null, expected a case");
            if (content.Format != Format)
            {
                throw new FixtureException(path, "format", $"is '{content.Format}', expected '{Format}'");
            }

            if (content.Machine.ValueKind != JsonValueKind.Object)
            {
                throw new FixtureException(path, "machine", "is no object, expected { } or the fields of a machine");
            }

            FuzzCase one = content.ToCase(MachineFile.FromJson(path, content.Machine), ProgramChoice.Parse(content.Programs));
            RequirePossible(path, one);
            return one;
        }
        catch (JsonException exception)
        {
            throw new FixtureException(path, null, PlanFileProblem.Describe(exception), exception);
        }
        catch (UserInputException exception)
        {
            throw new FixtureException(path, "programs", exception.Message, exception);
        }
    }

    private static void RequirePossible(string path, FuzzCase one)
    {
        try
        {
            if (one.Calls.Count == 0 || one.Calls.Contains(null!))
            {
                throw new FixtureException(path, "calls", "is empty or holds null, expected one call or more");
            }

            if (one.Defect is { } defect && FuzzDefects.Find(defect) is null)
            {
                throw new FixtureException(path, "defect", $"'{defect}' is not known; 'tileproof inject --list' names defects");
            }

            FuzzModel.Of(one);
        }
        catch (ArgumentException exception)
        {
            throw new FixtureException(path, "calls", exception.Message.Split(" (Parameter", StringSplitOptions.None)[0].ReplaceLineEndings(" "), exception);
        }
    }

    private static JsonObject CallNode(FuzzCall call)
    {
        JsonObject node = WithoutDefaults(call, new FuzzCall { Operator = call.Operator });
        node["reads"] = call.Reads is [0] ? null : JsonSerializer.SerializeToNode(call.Reads, Options);
        if (call.Plan is not null)
        {
            JsonObject plan = WithoutDefaults(call.Plan, new FuzzPlan());
            plan["kind"] = ChoiceList.NameOf(call.Plan.Kind);
            node["plan"] = plan;
        }

        if (call.Reads is [0])
        {
            node.Remove("reads");
        }

        var ordered = new JsonObject { ["operator"] = ChoiceList.NameOf(call.Operator) };
        foreach ((string name, JsonNode? value) in node)
        {
            ordered[name] = value?.DeepClone();
        }

        return ordered;
    }

    private static JsonObject WithoutDefaults<T>(T value, T usual)
    {
        JsonObject node = JsonSerializer.SerializeToNode(value, Options)!.AsObject();
        JsonObject defaults = JsonSerializer.SerializeToNode(usual, Options)!.AsObject();
        foreach ((string name, JsonNode? given) in node.ToArray())
        {
            if (JsonNode.DeepEquals(given, defaults[name]))
            {
                node.Remove(name);
            }
        }

        return node;
    }
}
