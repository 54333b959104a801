using System.Text.Json;
using System.Text.Encodings.Web;
using TileProof.Golden.Import;
using TileProof.Verification.Conformance;
using TileProof.Verification.Files;

namespace TileProof.Verification.Sharding;

/// <summary><c>run.json</c> in the folder of a shard: which part of which run lies there.</summary>
public sealed record ShardManifest
{
    private const int MaximumBytes = 1 << 20;

    private static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
    };

    /// <summary>Which part, <c>3/8</c>.</summary>
    public required string Shard { get; init; }

    /// <summary>The command of the run and its arguments, without those that say which shard, where to write and how many threads.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Versions of the tool, the runtime and the golden engine.</summary>
    public required string Versions { get; init; }

    /// <summary>A hash over the assemblies that compute and compare.</summary>
    public required string Build { get; init; }

    /// <summary>The golden engines and their devices, one line a kind of host that computed results; they change none.</summary>
    public required IReadOnlyList<string> Engines { get; init; }

    /// <summary>A hash over all settings and the content of the networks, plans and images.</summary>
    public required string Settings { get; init; }

    /// <summary>A hash over the list of all jobs of the run, with what each is predicted to take.</summary>
    public required string JobList { get; init; }

    /// <summary>Jobs of the run.</summary>
    public required int Jobs { get; init; }

    /// <summary>Jobs of this shard.</summary>
    public required int OwnJobs { get; init; }

    /// <summary>Whether the results of all its jobs are there.</summary>
    public required bool Finished { get; init; }

    /// <summary>Reads the manifest of a folder.</summary>
    /// <returns>Null where there is no such file.</returns>
    /// <exception cref="UserInputException">The file cannot be read, or is none of a shard.</exception>
    public static ShardManifest? Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string path = Path.Combine(folder, RunFile.FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            ShardManifest manifest = JsonSerializer.Deserialize<ShardManifest>(InputFile.ReadText(path, MaximumBytes), Form) ?? throw new JsonException("the file holds null");
            Sharding.Shard.Parse(manifest.Shard);
            return manifest;
        }
        catch (Exception exception) when (exception is JsonException or UserInputException)
        {
            throw new UserInputException($"'{path}' is not of a shard, which 'verify --shard I/N' and the like write: it holds another run; give a folder of a shard, or another --out", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"cannot read '{path}': {FileProblem.Describe(exception)}", exception);
        }
    }

    /// <summary>Writes the manifest into a folder, whole or not at all.</summary>
    /// <exception cref="UserInputException">It cannot be written.</exception>
    public void Write(string folder) => AtomicFile.WriteText(Path.Combine(folder, RunFile.FileName), JsonSerializer.Serialize(this, Form) + "\n");

    /// <summary>Why results of another manifest are not of the same run; null where they are.</summary>
    internal string? DifferenceFrom(ShardManifest other) =>
        Sharding.Shard.Parse(Shard).Count != Sharding.Shard.Parse(other.Shard).Count ? $"is shard {Shard} of another cut than {other.Shard}"
        : Versions != other.Versions ? $"was made by another version, {Versions} and not {other.Versions}"
        : Build != other.Build ? "was made by another build of the program"
        : !Arguments.SequenceEqual(other.Arguments) ? $"ran with other settings, '{string.Join(' ', Arguments)}' and not '{string.Join(' ', other.Arguments)}'"
        : Settings != other.Settings ? "ran on other networks, plans or images than their names say, or with other settings of a project or machine file"
        : JobList != other.JobList ? "has another list of cases"
        : null;
}
