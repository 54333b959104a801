using System.Globalization;
using System.Text.Json;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Timing;

/// <summary>What the fit does not know: other coefficients that describe the published figures as well, and how far figures lay from fits without them.</summary>
/// <remarks>
/// The coefficients of the replicates come from fits to the same figures with other weights of layers and runs (Bayesian bootstrap).
/// <see cref="Calibrated"/> is what the calibration wrote (<c>Fixtures/timing/uncertainty.json</c>).
/// </remarks>
public sealed class CycleUncertainty
{
    /// <summary>Standard deviations of a normal distribution on each side of its middle that hold 95 % of it.</summary>
    public const double DeviationsOf95Percent = 1.96;

    private const string BothBuilds = "coversBothBuilds";
    private const string ResourceName = "TileProof.HwModel.Timing.uncertainty.json";
    private static readonly int CoreCount = Enum.GetValues<CoreTerm>().Length;
    private static readonly int MemoryCount = Enum.GetValues<MemoryTerm>().Length;
    private static readonly Lazy<CycleUncertainty> Embedded = new(LoadEmbedded);
    private readonly CostCoefficients centre;
    private readonly IReadOnlyList<CostCoefficients> replicates;
    private readonly Dictionary<string, CycleSpread> spreads;
    private readonly double[][][] deviations;

    /// <summary>Makes one.</summary>
    /// <param name="centre">The fitted coefficients.</param>
    /// <param name="replicates">Other coefficients that describe the figures as well.</param>
    /// <param name="spreads">Spreads by <see cref="SpreadKey"/>.</param>
    public CycleUncertainty(CostCoefficients centre, IReadOnlyList<CostCoefficients> replicates, IReadOnlyDictionary<string, CycleSpread> spreads)
    {
        ArgumentNullException.ThrowIfNull(centre);
        ArgumentNullException.ThrowIfNull(replicates);
        ArgumentNullException.ThrowIfNull(spreads);
        this.centre = centre;
        this.replicates = replicates;
        this.spreads = new Dictionary<string, CycleSpread>(spreads, StringComparer.Ordinal);
        deviations = [.. Enum.GetValues<MachineMode>().Select(mode => replicates.Select(replicate => DeviationsOf(replicate, mode)).ToArray())];
    }

    /// <summary>The uncertainty that the build carries.</summary>
    public static CycleUncertainty Calibrated => Embedded.Value;

    /// <summary>Whether programs may be of the earlier of both published builds, too, which has no <see cref="MemoryTerm.InputLine"/>: intervals then reach it.</summary>
    public bool CoversBothBuilds { get; init; }

    /// <summary>Other coefficients that describe the figures as well.</summary>
    public IReadOnlyList<CostCoefficients> Replicates => replicates;

    /// <summary>The spreads.</summary>
    public IReadOnlyDictionary<string, CycleSpread> Spreads => spreads;

    /// <summary>What calls have one spread: the machine mode, whether DMA is used, and the operator; those of one kernel share one, and so do those of few figures.</summary>
    public static string SpreadKey(MachineMode mode, OperatorKind kind, bool usesDma)
    {
        string operators = kind switch
        {
            OperatorKind.Conv2d => "convolutions",
            _ when ElementwiseTerms.TryOf(kind) is { } terms => terms.Call.ToString()[..^"Call".Length],
            _ => "others",
        };
        return $"{mode} {operators} {(usesDma || operators == "others" ? "dma" : "cache")}";
    }

    /// <summary>The key of the spread of differences between plans of a layer: of two plans in tiles, or of tiles and the cache path.</summary>
    public static string ChangeKey(MachineMode mode, bool changesPath) => $"{mode} changes of {(changesPath ? "path" : "tiles")}";

    /// <summary>The spread of a key; where too few published figures have it, the largest of such calls in the modes that count misses alike, or else in other modes, or else of all.</summary>
    public CycleSpread SpreadOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (spreads.TryGetValue(key, out CycleSpread spread))
        {
            return spread;
        }

        string calls = key[key.IndexOf(' ', StringComparison.Ordinal)..];
        KeyValuePair<string, CycleSpread>[] alike = [.. spreads.Where(pair => pair.Key.EndsWith(calls, StringComparison.Ordinal))];
        KeyValuePair<string, CycleSpread>[] nearest = Array.FindAll(alike, pair => CountsMisses(pair.Key) == CountsMisses(key));
        return (nearest.Length > 0 ? nearest : alike.Length > 0 ? alike : [.. spreads]).Select(static pair => pair.Value).DefaultIfEmpty().MaxBy(static one => one.Own + one.Shared);

        static bool CountsMisses(string of) => of.StartsWith(nameof(MachineMode.MemoryModel), StringComparison.Ordinal);
    }

    /// <summary>Half the 95 % interval of something that follows from the coefficients.</summary>
    public double HalfWidthOf(Func<CostCoefficients, double> valueOf)
    {
        ArgumentNullException.ThrowIfNull(valueOf);
        double middle = valueOf(centre);
        return replicates.Count == 0 ? 0 : DeviationsOf95Percent * Math.Sqrt(replicates.Average(replicate => Math.Pow(valueOf(replicate) - middle, 2)));
    }

    /// <summary>The variance, in cycles squared, that the coefficients and the build leave to so many counts.</summary>
    /// <param name="mode">The machine mode.</param>
    /// <param name="counts">The counts.</param>
    /// <param name="knowsBuild">Whether the build of the programs is known.</param>
    public double CoefficientVariance(MachineMode mode, ReadOnlySpan<double> counts, bool knowsBuild = false)
    {
        double variance = 0;
        foreach (double[] deviation in deviations[(int)mode])
        {
            double cycles = 0;
            for (int i = 0; i < counts.Length; i++)
            {
                cycles += counts[i] * deviation[i];
            }

            variance += cycles * cycles;
        }

        double build = CoversBothBuilds && !knowsBuild ? counts[TermCounts.IndexOf(MemoryTerm.InputLine)] * centre[mode, MemoryTerm.InputLine] / DeviationsOf95Percent : 0;
        return (replicates.Count == 0 ? 0 : variance / replicates.Count) + (build * build);
    }

    /// <summary>Reads the form that <see cref="ToJson"/> writes.</summary>
    /// <param name="centre">The fitted coefficients.</param>
    /// <param name="json">The text.</param>
    /// <exception cref="FormatException">The text is not such a file; the message names the place.</exception>
    public static CycleUncertainty FromJson(CostCoefficients centre, string json)
    {
        ArgumentNullException.ThrowIfNull(centre);
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            var spreads = new Dictionary<string, CycleSpread>(StringComparer.Ordinal);
            foreach (JsonProperty spread in document.RootElement.GetProperty("spreads").EnumerateObject())
            {
                spreads.Add(spread.Name, new CycleSpread(spread.Value.GetProperty("own").GetDouble(), spread.Value.GetProperty("shared").GetDouble()));
            }

            var replicates = new List<CostCoefficients>();
            foreach (JsonProperty term in document.RootElement.GetProperty("replicates").EnumerateObject())
            {
                string[] names = term.Name.Split('.');
                int index = 0;
                foreach (JsonElement value in term.Value.EnumerateArray())
                {
                    if (index == replicates.Count)
                    {
                        replicates.Add(centre);
                    }

                    replicates[index] = names.Length == 1
                        ? replicates[index].With(CostCoefficients.Named<CoreTerm>(names[0]), value.GetDouble())
                        : replicates[index].With(CostCoefficients.Named<MachineMode>(names[0]), CostCoefficients.Named<MemoryTerm>(names[1]), value.GetDouble());
                    index++;
                }
            }

            return new CycleUncertainty(centre, replicates, spreads) { CoversBothBuilds = document.RootElement.TryGetProperty(BothBuilds, out JsonElement both) && both.GetBoolean() };
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"Timing uncertainty: {exception.Message}", exception);
        }
    }

    /// <summary>Writes the replicates of every coefficient that differs between them, and the spreads, values rounded to five significant digits.</summary>
    /// <param name="source">Where the figures that the fit used come from.</param>
    public string ToJson(string source)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("source", source);
            if (CoversBothBuilds)
            {
                writer.WriteBoolean(BothBuilds, true);
            }

            writer.WriteStartObject("spreads");
            foreach ((string key, CycleSpread spread) in spreads.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            {
                writer.WriteStartObject(key);
                writer.WriteNumber("own", Rounded(spread.Own));
                writer.WriteNumber("shared", Rounded(spread.Shared));
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteStartObject("replicates");
            foreach (CoreTerm term in Enum.GetValues<CoreTerm>())
            {
                WriteTerm(writer, term.ToString(), costs => costs[term]);
            }

            foreach (MachineMode mode in Enum.GetValues<MachineMode>())
            {
                foreach (MemoryTerm term in Enum.GetValues<MemoryTerm>())
                {
                    WriteTerm(writer, $"{mode}.{term}", costs => costs[mode, term]);
                }
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private void WriteTerm(Utf8JsonWriter writer, string name, Func<CostCoefficients, double> valueOf)
    {
        if (replicates.All(replicate => valueOf(replicate) == valueOf(centre)))
        {
            return;
        }

        string values = string.Join(",", replicates.Select(replicate => Rounded(valueOf(replicate)).ToString("R", CultureInfo.InvariantCulture)));
        writer.WritePropertyName(name);
        writer.WriteRawValue($"[{values}]");
    }

    private static double Rounded(double value) => double.Parse(value.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private double[] DeviationsOf(CostCoefficients replicate, MachineMode mode)
    {
        var values = new double[TermCounts.Length];
        for (int i = 0; i < CoreCount; i++)
        {
            values[i] = replicate[(CoreTerm)i] - centre[(CoreTerm)i];
        }

        for (int i = 0; i < MemoryCount; i++)
        {
            values[CoreCount + i] = replicate[mode, (MemoryTerm)i] - centre[mode, (MemoryTerm)i];
        }

        return values;
    }

    private static CycleUncertainty LoadEmbedded()
    {
        using Stream stream = typeof(CycleUncertainty).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The assembly carries no {ResourceName}.");
        using var reader = new StreamReader(stream);
        return FromJson(CostCoefficients.Calibrated, reader.ReadToEnd());
    }
}
