using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TileProof.Golden.Import;
using TileProof.Verification.Files;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.Machines;

/// <summary>Reads and writes the file that describes a machine: JSON with comments; what it leaves out is as on the published machine.</summary>
public static class MachineFile
{
    private const int MaximumBytes = 1024 * 1024;
    private const string Cache = "cache";

    /// <summary>The machine of a name, or of the file at a path.</summary>
    /// <exception cref="UserInputException">It is neither.</exception>
    /// <exception cref="FixtureException">The file cannot be read, or a field has a value that is not allowed.</exception>
    public static DescribedMachine Find(string nameOrPath)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        if (DescribedMachine.Presets.FirstOrDefault(preset => string.Equals(preset.Name, nameOrPath, StringComparison.OrdinalIgnoreCase)) is { } preset)
        {
            return preset;
        }

        return nameOrPath.Contains('.', StringComparison.Ordinal) || nameOrPath.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) || File.Exists(nameOrPath)
            ? Read(nameOrPath)
            : throw new UserInputException($"there is no machine '{nameOrPath}'; valid: {string.Join(", ", DescribedMachine.Presets)}, or a .json file that describes one");
    }

    /// <summary>The machine that a file describes.</summary>
    /// <exception cref="FixtureException">The file cannot be read, or a field has a value that is not allowed.</exception>
    public static DescribedMachine Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                InputFile.ReadText(path, MaximumBytes), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return Validated(path, Apply(path, DescribedMachine.Published with { Name = Path.GetFileNameWithoutExtension(path) }, "", document.RootElement, FolderOf(path)));
        }
        catch (JsonException exception)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
            throw new FixtureException(path, place, "is not JSON", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new FixtureException(path, null, $"cannot be read: {FileProblem.Describe(exception)}", exception);
        }
    }

    /// <summary>A machine with one field changed.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="change">The field, or a beginning that only it has, and its value as a file has it: <c>dma.latencyCycles=200</c>.</param>
    /// <exception cref="UserInputException">The text is no field with a value.</exception>
    /// <exception cref="FixtureException">The value is not allowed.</exception>
    public static DescribedMachine Change(DescribedMachine machine, string change)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(change);
        if (change.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } value])
        {
            throw new UserInputException($"'{change}' is no change of a machine; give FIELD=VALUE, such as dma.latencyCycles=200");
        }

        MachineField[] fields = MachineFields.Find(name) is { } exact ? [exact] : [.. MachineFields.All.Where(field => field.Path.StartsWith(name, StringComparison.Ordinal))];
        if (fields.Length != 1)
        {
            IEnumerable<string> candidates = (fields.Length == 0 ? MachineFields.All : fields).Select(static field => field.Path);
            throw new UserInputException($"'{name}' names {(fields.Length == 0 ? "no field" : "several fields")} of a machine; valid: {string.Join(", ", candidates)}");
        }

        return Validated(change, ApplyField(change, machine, fields[0].Path, ValueOf(value), folder: ""));
    }

    /// <summary>A number, a list or a word, which needs no quotes.</summary>
    private static JsonElement ValueOf(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }

    /// <summary>The text of a file that describes a machine, each field with its meaning.</summary>
    public static string Write(DescribedMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var text = new StringBuilder("// A machine for --machine. Fields that are left out are as on the published one.\n{\n");
        IGrouping<string, MachineField>[] groups = [.. MachineFields.All.GroupBy(static field => field.Path.Split('.')[0])];
        for (int i = 0; i < groups.Length; i++)
        {
            string end = i == groups.Length - 1 ? "\n" : ",\n";
            if (groups[i].First().Path == groups[i].Key)
            {
                AppendField(text, groups[i].Single(), machine, "  ", end);
            }
            else if (groups[i].Key == Cache && !machine.Configuration.HasDataCache)
            {
                text.Append("  // no data cache\n  \"cache\": null").Append(end);
            }
            else
            {
                AppendGroup(text, groups[i].Key, [.. groups[i]], machine, end);
            }
        }

        return text.Append("}\n").ToString();
    }

    /// <summary>The fields in which a machine is not the published one, as a file has them.</summary>
    internal static JsonObject ToJson(DescribedMachine machine)
    {
        var root = new JsonObject();
        foreach (MachineField field in MachineFields.All)
        {
            string[] parts = field.Path.Split('.');
            if (parts[0] == Cache && !machine.Configuration.HasDataCache)
            {
                root[Cache] = null;
            }
            else if (!JsonNode.DeepEquals(field.Get(machine), field.Get(DescribedMachine.Published)))
            {
                JsonObject owner = parts.Length == 1 ? root : root[parts[0]]?.AsObject() ?? new JsonObject();
                owner[parts[^1]] = field.Get(machine);
                if (parts.Length > 1 && owner.Parent is null)
                {
                    root[parts[0]] = owner;
                }
            }
        }

        return root;
    }

    /// <summary>The machine that an object in another file describes.</summary>
    /// <exception cref="FixtureException">A field has a value that is not allowed.</exception>
    internal static DescribedMachine FromJson(string path, JsonElement machine) => Validated(path, Apply(path, DescribedMachine.Published, "", machine, FolderOf(path)));

    private static string FolderOf(string path) => Path.GetDirectoryName(path) ?? "";

    private static void AppendGroup(StringBuilder text, string name, MachineField[] fields, DescribedMachine machine, string end)
    {
        text.Append(CultureInfo.InvariantCulture, $"  \"{name}\": {{\n");
        for (int i = 0; i < fields.Length; i++)
        {
            AppendField(text, fields[i], machine, "    ", i == fields.Length - 1 ? "\n" : ",\n");
        }

        text.Append("  }").Append(end);
    }

    private static void AppendField(StringBuilder text, MachineField field, DescribedMachine machine, string indent, string end)
    {
        string value = field.Get(machine) is { } node ? node.ToJsonString(new JsonSerializerOptions()) : "null";
        text.Append(CultureInfo.InvariantCulture, $"{indent}// {field.Meaning}\n{indent}\"{field.Path[(field.Path.IndexOf('.', StringComparison.Ordinal) + 1)..]}\": {value}{end}");
    }

    private static DescribedMachine Apply(string path, DescribedMachine machine, string prefix, JsonElement root, string folder)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new FixtureException(path, prefix.Length == 0 ? null : prefix.TrimEnd('.'), "is no object, expected { ... }");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty property in root.EnumerateObject())
        {
            string place = prefix + property.Name;
            if (!seen.Add(place))
            {
                throw new FixtureException(path, place, "is there twice");
            }

            machine = ApplyField(path, machine, place, property.Value, folder);
        }

        return machine;
    }

    private static DescribedMachine ApplyField(string path, DescribedMachine machine, string place, JsonElement value, string folder)
    {
        if (place == MachineFields.Costs && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } file)
        {
            value = JsonSerializer.SerializeToElement(Path.Combine(folder, file));
        }

        if (place == Cache && value.ValueKind == JsonValueKind.Null)
        {
            return machine with { Configuration = machine.Configuration with { HasDataCache = false } };
        }

        if (MachineFields.Find(place) is { } field)
        {
            try
            {
                return field.Set(machine, value);
            }
            catch (UserInputException exception)
            {
                throw new FixtureException(path, place, exception.Message, exception);
            }
        }

        return MachineFields.All.Any(field => field.Path.StartsWith($"{place}.", StringComparison.Ordinal))
            ? Apply(path, machine, $"{place}.", value, folder)
            : throw new FixtureException(path, place, $"is no field; valid: {string.Join(", ", MachineFields.All.Select(static field => field.Path))}");
    }

    /// <summary>What no field says alone.</summary>
    private static DescribedMachine Validated(string path, DescribedMachine machine)
    {
        var cache = machine.Costs.Cache;
        if (cache.CapacityBytes % (cache.WayCount * cache.LineBytes) != 0)
        {
            throw new FixtureException(path, "cache.bytes", string.Create(CultureInfo.InvariantCulture, $"is {cache.CapacityBytes}, expected a multiple of {cache.WayCount} ways x {cache.LineBytes} bytes"));
        }

        if (machine.Configuration.AllocationAlignmentBytes < machine.Configuration.VectorBytes)
        {
            throw new FixtureException(
                path,
                "allocationAlignmentBytes",
                string.Create(CultureInfo.InvariantCulture, $"is {machine.Configuration.AllocationAlignmentBytes}, expected a vector, {machine.Configuration.VectorBytes} bytes, or more"));
        }

        return machine;
    }
}
