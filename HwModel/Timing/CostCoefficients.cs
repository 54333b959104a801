using System.Globalization;
using System.Text.Json;

namespace TileProof.HwModel.Timing;

/// <summary>The fitted costs: cycles per counted unit, one set for the core and one per machine mode for the memory system.</summary>
/// <remarks>All are 0 or more. <see cref="Calibrated"/> is what the calibration wrote (<c>Fixtures/timing/coefficients.json</c>).</remarks>
public sealed class CostCoefficients
{
    private const string ResourceName = "TileProof.HwModel.Timing.coefficients.json";
    private static readonly int CoreCount = Enum.GetValues<CoreTerm>().Length;
    private static readonly int MemoryCount = Enum.GetValues<MemoryTerm>().Length;
    private static readonly int ModeCount = Enum.GetValues<MachineMode>().Length;
    private static readonly Lazy<CostCoefficients> Embedded = new(LoadEmbedded);
    private readonly double[] core;
    private readonly double[] memory;

    private CostCoefficients(double[] core, double[] memory)
    {
        this.core = core;
        this.memory = memory;
    }

    /// <summary>Bytes of the vectors whose loads, multiplications and stores are counted.</summary>
    public int VectorBytes { get; private init; } = KernelStructure.PublishedVectorBytes;

    /// <summary>The cache whose lines and misses are counted; null for none.</summary>
    public DataCacheGeometry? Cache { get; private init; } = DataCacheGeometry.Published;

    /// <summary>Lines of consecutive bytes; 0 where there is no cache.</summary>
    public long CacheLinesOf(long bytes) => Cache?.LinesOf(bytes) ?? 0;

    /// <summary>The same costs of other units: of a machine with vectors of this many bytes and this cache.</summary>
    public CostCoefficients ForMachine(int vectorBytes, DataCacheGeometry? cache) => new(core, memory) { VectorBytes = vectorBytes, Cache = cache };

    /// <summary>All costs 0.</summary>
    public static CostCoefficients Zero { get; } = new(new double[CoreCount], new double[ModeCount * MemoryCount]);

    /// <summary>The coefficients that the build carries.</summary>
    public static CostCoefficients Calibrated => Embedded.Value;

    /// <summary>Cycles of a core term.</summary>
    public double this[CoreTerm term] => core[(int)term];

    /// <summary>Cycles of a memory term in a mode.</summary>
    public double this[MachineMode mode, MemoryTerm term] => memory[((int)mode * MemoryCount) + (int)term];

    /// <summary>The same with another value of a core term.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not a number.</exception>
    public CostCoefficients With(CoreTerm term, double cycles)
    {
        double[] changed = (double[])core.Clone();
        changed[(int)term] = Checked(cycles);
        return new CostCoefficients(changed, memory) { VectorBytes = VectorBytes, Cache = Cache };
    }

    /// <summary>The same with another value of a memory term.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not a number.</exception>
    public CostCoefficients With(MachineMode mode, MemoryTerm term, double cycles)
    {
        double[] changed = (double[])memory.Clone();
        changed[((int)mode * MemoryCount) + (int)term] = Checked(cycles);
        return new CostCoefficients(core, changed) { VectorBytes = VectorBytes, Cache = Cache };
    }

    /// <summary>Reads the form that <see cref="ToJson"/> writes.</summary>
    /// <exception cref="FormatException">The text is not such a file; the message names the place.</exception>
    public static CostCoefficients FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            CostCoefficients result = Zero;
            var read = new HashSet<string>(StringComparer.Ordinal);
            foreach (JsonProperty term in document.RootElement.GetProperty("core").EnumerateObject())
            {
                result = result.With(Named<CoreTerm>(term.Name), CyclesOf(term));
                read.Add(term.Name);
            }

            foreach (JsonProperty mode in document.RootElement.GetProperty("memory").EnumerateObject())
            {
                foreach (JsonProperty term in mode.Value.EnumerateObject())
                {
                    result = result.With(Named<MachineMode>(mode.Name), Named<MemoryTerm>(term.Name), CyclesOf(term));
                    read.Add($"{mode.Name}.{term.Name}");
                }
            }

            IEnumerable<string> all = Enum.GetNames<CoreTerm>().Concat(Enum.GetNames<MachineMode>().SelectMany(static mode => Enum.GetNames<MemoryTerm>().Select(term => $"{mode}.{term}")));
            if (all.FirstOrDefault(name => !read.Contains(name)) is { } missing)
            {
                throw new FormatException($"Timing coefficients: the file has no {missing}; another version wrote it.");
            }

            return result;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"Timing coefficients: {exception.Message}", exception);
        }
    }

    /// <summary>Writes all terms with unit and meaning, values rounded to six significant digits.</summary>
    /// <param name="source">Where the figures that the fit used come from.</param>
    public string ToJson(string source)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("source", source);
            writer.WriteStartObject("core");
            foreach (CoreTerm term in Enum.GetValues<CoreTerm>())
            {
                WriteTerm(writer, term.ToString(), this[term], TermCatalog.Of(term));
            }

            writer.WriteEndObject();
            writer.WriteStartObject("memory");
            foreach (MachineMode mode in Enum.GetValues<MachineMode>())
            {
                writer.WriteStartObject(mode.ToString());
                foreach (MemoryTerm term in Enum.GetValues<MemoryTerm>())
                {
                    WriteTerm(writer, term.ToString(), this[mode, term], TermCatalog.Of(term));
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <summary>The term or mode of a name.</summary>
    /// <exception cref="FormatException">There is none in this version.</exception>
    internal static T Named<T>(string name)
        where T : struct, Enum => Array.IndexOf(Enum.GetNames<T>(), name) is >= 0 and var index
            ? Enum.GetValues<T>()[index]
            : throw new FormatException($"'{name}' is no {(typeof(T) == typeof(MachineMode) ? "machine mode" : "cost")} of this version; another version wrote the file.");

    private static double CyclesOf(JsonProperty term) => term.Value.GetProperty("cycles").GetDouble();

    private static void WriteTerm(Utf8JsonWriter writer, string name, double cycles, TermDescription description)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("cycles", double.Parse(cycles.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        writer.WriteString("unit", description.Unit);
        writer.WriteString("meaning", description.Meaning);
        writer.WriteEndObject();
    }

    private static double Checked(double cycles) => cycles >= 0 && double.IsFinite(cycles)
        ? cycles
        : throw new ArgumentOutOfRangeException(nameof(cycles), cycles, "A cost is 0 or more cycles.");

    private static CostCoefficients LoadEmbedded()
    {
        using Stream stream = typeof(CostCoefficients).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The assembly carries no {ResourceName}.");
        using var reader = new StreamReader(stream);
        return FromJson(reader.ReadToEnd());
    }
}
