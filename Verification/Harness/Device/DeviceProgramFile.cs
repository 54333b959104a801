using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using TileProof.Golden.Import;
using TileProof.HwModel.Device;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Verification.Device;

/// <summary>Reads <c>kernels.json</c>, the description of a user's own tile program. Paths in it are relative to its folder.</summary>
public static partial class DeviceProgramFile
{
    private const int MaximumBytes = 1024 * 1024;

    private static readonly Dictionary<string, OperatorKind> Kinds = new(StringComparer.Ordinal)
    {
        ["conv2d"] = OperatorKind.Conv2d,
        ["maxpool2d"] = OperatorKind.MaxPool2d,
        ["mean"] = OperatorKind.Mean,
        ["quantize"] = OperatorKind.QuantizePerTensor,
        ["dequantize"] = OperatorKind.DequantizePerTensor,
        ["relu"] = OperatorKind.QuantizedRelu,
        ["linear"] = OperatorKind.QuantizedLinear,
        ["add"] = OperatorKind.Add,
        ["softmax"] = OperatorKind.Softmax,
    };

    private static readonly string[] Fields = ["name", "library", "sources", "include", "defines", "compiler", "flags", "entries", "driver", "allocator", "layerTable", "timeLimitSeconds"];

    /// <summary>Reads a description.</summary>
    /// <exception cref="UserInputException">It cannot be read or is not understood; the message names the file, the field and what was expected.</exception>
    public static DeviceProgram Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                InputFile.ReadText(path, MaximumBytes), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return new Reader(path).Read(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"{path}: line {exception.LineNumber + 1} is not JSON"), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"cannot read '{path}': {FileProblem.Describe(exception)}", exception);
        }
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Identifier();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*(=.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Macro();

    private sealed class Reader(string path)
    {
        private readonly string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;

        public DeviceProgram Read(JsonElement root)
        {
            Require(root.ValueKind == JsonValueKind.Object, "", "is no object, expected { ... }");
            foreach (JsonProperty property in root.EnumerateObject())
            {
                Require(Fields.Contains(property.Name), property.Name, $"is not known; valid: {string.Join(", ", Fields)}");
            }

            string[] sources = Files(root, "sources", isFolder: false);
            Require(sources.Length > 0, "sources", "names no file, expected the C sources");
            return new DeviceProgram
            {
                Name = root.TryGetProperty("name", out JsonElement name) ? Text(name, "name") : Path.GetFileNameWithoutExtension(path),
                Library = root.TryGetProperty("library", out JsonElement library) ? Library(Text(library, "library")) : null,
                Sources = sources,
                IncludeFolders = Files(root, "include", isFolder: true),
                Defines = Defines(root),
                Compiler = root.TryGetProperty("compiler", out JsonElement compiler) ? Text(compiler, "compiler") : null,
                Flags = Texts(root, "flags"),
                Entries = Entries(root),
                Allocator = root.TryGetProperty("allocator", out JsonElement allocator) ? Allocator(allocator) : null,
                Driver = Driver(root),
                LayerTableFile = LayerTable(root),
                TimeLimitMilliseconds = TimeLimit(root),
            };
        }

        private string Library(string name)
        {
            Require(ProgramLibrary.All.Any(library => library.Name == name), "library", $"'{name}' is not known; valid: {ProgramChoice.Names}");
            return name;
        }

        private DeviceDriver Driver(JsonElement root)
        {
            string driver = root.TryGetProperty("driver", out JsonElement value) ? Text(value, "driver") : "tileproof";
            Require(driver is "tileproof" or "user", "driver", "is not known; valid: tileproof, user");
            return driver == "user" ? DeviceDriver.User : DeviceDriver.TileProof;
        }

        private int TimeLimit(JsonElement root)
        {
            if (!root.TryGetProperty("timeLimitSeconds", out JsonElement limit))
            {
                return DeviceProgram.DefaultTimeLimitMilliseconds;
            }

            Require(limit.ValueKind == JsonValueKind.Number && limit.TryGetDouble(out double seconds) && seconds is >= 0.01 and <= 3600, "timeLimitSeconds", "is no number of 0.01 to 3600");
            return (int)(limit.GetDouble() * 1000);
        }

        private string? LayerTable(JsonElement root)
        {
            if (!root.TryGetProperty("layerTable", out JsonElement table) || Text(table, "layerTable") is "exported")
            {
                return null;
            }

            string file = Path.GetFullPath(Path.Combine(folder, Text(table, "layerTable")));
            Require(File.Exists(file), "layerTable", $"is neither 'exported' nor a file: {file}");
            return file;
        }

        private Dictionary<OperatorKind, DeviceEntry> Entries(JsonElement root)
        {
            Require(root.TryGetProperty("entries", out JsonElement entries) && entries.ValueKind == JsonValueKind.Object && entries.EnumerateObject().Any(), "entries", "is missing, expected { \"conv2d\": \"function\" }");
            var read = new Dictionary<OperatorKind, DeviceEntry>();
            foreach (JsonProperty entry in entries.EnumerateObject())
            {
                string field = "entries." + entry.Name;
                Require(Kinds.TryGetValue(entry.Name, out OperatorKind kind), field, $"is no operator; valid: {string.Join(", ", Kinds.Keys)}");
                JsonElement value = entry.Value;
                DeviceConvention convention = DeviceConvention.CallStruct;
                if (value.ValueKind == JsonValueKind.Object)
                {
                    Require(value.TryGetProperty("function", out JsonElement function), field, "has no function");
                    string name = value.TryGetProperty("convention", out JsonElement convened) ? Text(convened, field + ".convention") : "struct";
                    Require(name is "struct" or "conv_execute_kernel", field + ".convention", "is not known; valid: struct, conv_execute_kernel");
                    Require(name == "struct" || kind == OperatorKind.Conv2d, field + ".convention", "fits conv2d only");
                    convention = name == "struct" ? DeviceConvention.CallStruct : DeviceConvention.ExecuteKernel;
                    value = function;
                }

                read.Add(kind, new DeviceEntry(Name(value, field), convention));
            }

            return read;
        }

        private AllocatorRule Allocator(JsonElement allocator)
        {
            Require(allocator.ValueKind == JsonValueKind.Object && allocator.TryGetProperty("function", out _), "allocator", "is no object with a function");
            return new AllocatorRule(Name(allocator.GetProperty("function"), "allocator.function"), Argument("sizeArgument", 0), Argument("bankArgument", 1));

            int Argument(string field, int absent)
            {
                if (!allocator.TryGetProperty(field, out JsonElement value))
                {
                    return absent;
                }

                Require(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number is >= 0 and <= 5, "allocator." + field, "is no number of 0 to 5");
                return value.GetInt32();
            }
        }

        private string[] Defines(JsonElement root)
        {
            if (!root.TryGetProperty("defines", out JsonElement defines))
            {
                return [];
            }

            string[] read = defines.ValueKind == JsonValueKind.Object
                ? [.. defines.EnumerateObject().Select(define => define.Value.ValueKind is JsonValueKind.Number ? $"{define.Name}={define.Value.GetRawText()}" : define.Value.ValueKind == JsonValueKind.True ? define.Name : $"{define.Name}={Text(define.Value, "defines." + define.Name)}")]
                : Texts(root, "defines");
            foreach (string define in read)
            {
                Require(Macro().IsMatch(define), "defines", $"'{define}' is no macro");
            }

            return read;
        }

        private string[] Files(JsonElement root, string field, bool isFolder)
        {
            string[] files = [.. Texts(root, field).Select(name => Path.GetFullPath(Path.Combine(folder, name)))];
            foreach (string file in files)
            {
                Require(isFolder ? Directory.Exists(file) : File.Exists(file), field, $"names {(isFolder ? "a folder" : "a file")} that is not there: {file}");
            }

            return files;
        }

        private string[] Texts(JsonElement root, string field)
        {
            if (!root.TryGetProperty(field, out JsonElement list))
            {
                return [];
            }

            Require(list.ValueKind == JsonValueKind.Array, field, "is no list, expected [ ... ]");
            return [.. list.EnumerateArray().Select(item => Text(item, field))];
        }

        private string Name(JsonElement value, string field)
        {
            string name = Text(value, field);
            Require(Identifier().IsMatch(name), field, $"'{name}' is no name of a C function");
            return name;
        }

        private string Text(JsonElement value, string field)
        {
            Require(value.ValueKind == JsonValueKind.String && value.GetString()!.Length > 0, field, "is no text");
            return value.GetString()!;
        }

        private void Require([System.Diagnostics.CodeAnalysis.DoesNotReturnIf(false)] bool holds, string field, string problem)
        {
            if (!holds)
            {
                throw new UserInputException($"{path}: {(field.Length == 0 ? "it" : field)} {problem}");
            }
        }
    }
}
