using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TileProof.Golden.Import;
using TileProof.HwModel.Timing;
using TileProof.Verification.Files;
using TileProof.Verification.Options;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.Machines;

/// <summary>Costs that <c>tileproof calibrate --logs</c> fitted to a user's own logs; a machine file names their file as <c>costs</c>.</summary>
/// <remarks>They describe one machine mode of one machine. What they leave open there is theirs; of other modes it is that of the published figures.</remarks>
public sealed class CostSet : IEquatable<CostSet>
{
    private const int MaximumBytes = 16 * 1024 * 1024;
    private readonly string json;

    private CostSet(string path, string json, string name, MachineMode mode, DescribedMachine machine, CostCoefficients coefficients, CycleUncertainty uncertainty)
    {
        Path = path;
        this.json = json;
        Name = name;
        Mode = mode;
        Machine = machine;
        Coefficients = coefficients;
        Uncertainty = uncertainty;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its name in reports.</summary>
    public string Name { get; }

    /// <summary>The machine mode of the logs.</summary>
    public MachineMode Mode { get; }

    /// <summary>The machine of the logs.</summary>
    public DescribedMachine Machine { get; }

    /// <summary>The costs; those that the logs do not tell are the published ones on that machine.</summary>
    public CostCoefficients Coefficients { get; }

    /// <summary>What they leave open.</summary>
    public CycleUncertainty Uncertainty { get; }

    /// <summary>The text of the file of a set.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mode">The machine mode of the logs.</param>
    /// <param name="machine">The machine of the logs.</param>
    /// <param name="source">Where the figures come from.</param>
    /// <param name="fitted">The coefficients that the logs tell.</param>
    /// <param name="coefficients">All coefficients.</param>
    /// <param name="uncertainty">What they leave open.</param>
    public static string Write(
        string name, MachineMode mode, DescribedMachine machine, string source, IEnumerable<string> fitted, CostCoefficients coefficients, CycleUncertainty uncertainty)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(fitted);
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(uncertainty);
        var root = new JsonObject
        {
            ["name"] = name,
            ["mode"] = ChoiceList.NameOf(mode),
            ["source"] = source,
            ["machine"] = MachineFile.ToJson(Bare(machine)),
            ["fitted"] = new JsonArray([.. fitted.Select(static one => (JsonNode)one)]),
            ["coefficients"] = JsonNode.Parse(coefficients.ToJson(source)),
            ["uncertainty"] = JsonNode.Parse(uncertainty.ToJson(source)),
        };
        return root.ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" }) + "\n";
    }

    /// <summary>Reads a set.</summary>
    /// <exception cref="FixtureException">The file cannot be read, or is no such set; the message names the place.</exception>
    public static CostSet Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Parse(path, InputFile.ReadText(path, MaximumBytes));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new FixtureException(path, null, $"cannot be read: {FileProblem.Describe(exception)}", exception);
        }
    }

    /// <summary>Whether a machine is that of the logs, whatever its name and the sizes of its banks.</summary>
    public bool Describes(DescribedMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return machine.Configuration.Banks.Count == Machine.Configuration.Banks.Count
            && Bare(machine) with { Configuration = machine.Configuration.WithBanks(Machine.Configuration.Banks) } == Bare(Machine);
    }

    /// <summary>The costs on a machine; where it differs from that of the logs in a described cost, that counts.</summary>
    public CostCoefficients On(DescribedMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        MachineCosts changed = machine.Costs with
        {
            BusBytesPerCycle = machine.Costs.BusBytesPerCycle == Machine.Costs.BusBytesPerCycle ? null : machine.Costs.BusBytesPerCycle,
            LatencyCycles = machine.Costs.LatencyCycles == Machine.Costs.LatencyCycles ? null : machine.Costs.LatencyCycles,
        };
        return changed.ApplyTo(Coefficients, machine.Configuration);
    }

    /// <inheritdoc/>
    public bool Equals(CostSet? other) => other is not null && json == other.json;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CostSet);

    /// <inheritdoc/>
    public override int GetHashCode() => json.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static DescribedMachine Bare(DescribedMachine machine) => machine with { Name = DescribedMachine.Published.Name, OwnCosts = null };

    private static CostSet Parse(string path, string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            string name = root.GetProperty("name").GetString() is { Length: > 0 } given && !given.Any(char.IsControl) ? given : throw new FormatException("'name' is empty, expected a text");
            MachineMode mode = ChoiceList.ParseOne<MachineMode>("machine mode", root.GetProperty("mode").GetString() ?? "");
            CostCoefficients coefficients = CostCoefficients.FromJson(root.GetProperty("coefficients").GetRawText());
            return new CostSet(
                path,
                text,
                name,
                mode,
                MachineFile.FromJson(path, root.GetProperty("machine")),
                coefficients,
                CycleUncertainty.FromJson(coefficients, root.GetProperty("uncertainty").GetRawText()));
        }
        catch (JsonException exception)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
            throw new FixtureException(path, place, "is not JSON", exception);
        }
        catch (Exception exception) when (exception is FormatException or KeyNotFoundException or InvalidOperationException or UserInputException)
        {
            throw new FixtureException(path, null, $"is no set of costs that 'tileproof calibrate --logs' wrote: {exception.Message.Split('\n')[0]}", exception);
        }
    }
}
