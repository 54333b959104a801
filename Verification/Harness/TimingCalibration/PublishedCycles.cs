using System.Globalization;
using CsvHelper;
using TileProof.Golden.Import;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Verification.TimingCalibration;

/// <summary>Reads the published cycle figures (<c>Fixtures/published/iss_cycles_*.csv</c>) of the optimized kernels.</summary>
/// <remarks>
/// Left out: runs of the generic kernels; max pooling of the earlier runs, which is the portable kernel there (its cycles equal
/// those of the generic run).
/// </remarks>
public static class PublishedCycles
{
    /// <summary>The final ResNet-18 run.</summary>
    public const string FinalResNet18Run = "resnet18/resnet18_cache_quant9.log";

    /// <summary>The final ResNet-50 run, convolutions 0 to 23.</summary>
    public const string FinalResNet50Run = "resnet50/resnet50_cache_quant16.log";

    /// <summary>Bytes of a bank in the final runs.</summary>
    public const int FinalBankBytes = 62976;

    private const int MaximumBytes = 16 * 1024 * 1024;
    private const string ResNet18File = "iss_cycles_resnet18.csv";
    private const string ResNet50File = "iss_cycles_resnet50_stage1_2.csv";
    private static readonly Lazy<IReadOnlyList<CycleObservation>> Embedded = new(ReadEmbedded);

    /// <summary>Bytes of a bank in the runs named 64k; one of the logs does not print it.</summary>
    private const int SixtyFourKBankBytes = 64512;

    /// <summary>The runs of the bank-size sweep, largest bank first.</summary>
    public static IReadOnlyList<string> SweepRuns { get; } =
        ["resnet18_quant.log", "resnet18_quant_64_3k.log", "resnet18_quant_32k.log", "resnet18_quant_16k.log"];

    /// <summary>The run on the cache path without a memory model.</summary>
    public const string CachePathRun = "resnet18_quant_cache.log";

    /// <summary>The runs with a memory model.</summary>
    public static IReadOnlyList<string> MemoryModelRuns { get; } =
        ["resnet18_quant_64k_mem_model.log", "resnet18_quant_64k_mem_model_mlatency_0.log", "resnet18_quant_cache_mem_model.log"];

    /// <summary>The figures that the build carries.</summary>
    public static IReadOnlyList<CycleObservation> OfThisBuild => Embedded.Value;

    /// <summary>Reads both files.</summary>
    /// <param name="folder">The folder <c>Fixtures/published</c>.</param>
    /// <exception cref="FormatException">A field is missing or not a number; the message names file and line.</exception>
    public static IReadOnlyList<CycleObservation> Read(string folder)
    {
        var observations = new List<CycleObservation>();
        ReadFile(ResNet18File, "resnet18");
        ReadFile(ResNet50File, "resnet50");
        return observations;

        void ReadFile(string file, string network)
        {
            string path = Path.Combine(folder, file);
            using var reader = new StreamReader(InputFile.Open(path, MaximumBytes));
            Read(reader, path, network, observations);
        }
    }

    /// <summary>The ResNet-18 file that the build carries.</summary>
    internal static StreamReader OpenResNet18() => OpenEmbedded(ResNet18File);

    /// <summary>The operator that a log calls by this name; null for what is no operator.</summary>
    internal static OperatorKind? KindOf(string op) => op switch
    {
        "conv2d" or "quantized_conv2d_nchw" => OperatorKind.Conv2d,
        "quantize_asym8s" or "quantize_per_tensor" => OperatorKind.QuantizePerTensor,
        "dequantize_asym8s" or "dequantize_per_tensor" => OperatorKind.DequantizePerTensor,
        "quantized_relu" or "quantized_relu_per_tensor" => OperatorKind.QuantizedRelu,
        "add_float" or "add" => OperatorKind.Add,
        "maxpool" or "max_pool2d" => OperatorKind.MaxPool2d,
        "mean_simd_optimized" or "mean" => OperatorKind.Mean,
        "quantized_linear" or "quantized_linear_per_tensor" => OperatorKind.QuantizedLinear,
        _ => null,
    };

    private static List<CycleObservation> ReadEmbedded()
    {
        var observations = new List<CycleObservation>();
        using StreamReader first = OpenResNet18();
        Read(first, ResNet18File, "resnet18", observations);
        using StreamReader second = OpenEmbedded(ResNet50File);
        Read(second, ResNet50File, "resnet50", observations);
        return observations;
    }

    private static StreamReader OpenEmbedded(string file) => new(
        typeof(PublishedCycles).Assembly.GetManifestResourceStream("TileProof.Verification." + file)
            ?? throw new InvalidOperationException($"The assembly carries no {file}."));

    private static void Read(TextReader reader, string path, string network, List<CycleObservation> observations)
    {
        using var csv = new CsvReader(reader, CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        while (csv.Read())
        {
            try
            {
                if (Parse(csv, network) is { } observation)
                {
                    observations.Add(observation);
                }
            }
            catch (Exception exception) when (exception is CsvHelperException or ArgumentException)
            {
                throw new FormatException($"{path}({csv.Parser.Row}): {exception.Message.Split('\n')[0]}", exception);
            }
        }
    }

    private static CycleObservation? Parse(CsvReader csv, string network)
    {
        string run = csv.GetField("source_log")!;
        bool isFinal = run is FinalResNet18Run or FinalResNet50Run;
        OperatorKind? kind = KindOf(csv.GetField("op")!);
        if (kind is null || (!isFinal && (csv.GetField("build") != "optimized" || kind == OperatorKind.MaxPool2d)))
        {
            return null;
        }

        bool usesCachePath = !isFinal && csv.GetField("dma_or_cache") is "cache" or "no_dma";
        string banks = isFinal ? "" : csv.GetField("dram_bytes_per_bank")!;
        int bankBytes = usesCachePath ? 0 : isFinal ? FinalBankBytes : banks.Length == 0 ? SixtyFourKBankBytes : int.Parse(banks, CultureInfo.InvariantCulture);
        string tilePrints = isFinal ? "" : csv.GetField("n_tile_prints")!;
        return new CycleObservation
        {
            Network = network,
            Run = run,
            CallIndex = csv.GetField<int>("call_index"),
            Kind = kind.Value,
            ElementCount = csv.GetField<int>("elements"),
            InputFeatures = kind == OperatorKind.QuantizedLinear ? ClassifierInputsOf(network) : 0,
            Cycles = csv.GetField<long>("cycles"),
            Mode = isFinal ? MachineMode.Release : ModeOf(csv.GetField("sim_mode")!),
            BankBytes = bankBytes,
            Prints = isFinal ? PrintKind.None : PrintsOf(csv.GetField("prints_in_timed_region")!),
            TilePrintCount = tilePrints.Length == 0 ? 0 : int.Parse(tilePrints, CultureInfo.InvariantCulture),
            ConvolutionIndex = kind == OperatorKind.Conv2d ? csv.GetField<int>("conv_index") : -1,
            Plan = kind == OperatorKind.Conv2d ? PlanOf(csv, isFinal, usesCachePath) : null,
        };
    }

    private static Conv2dTilePlan PlanOf(CsvReader csv, bool isFinal, bool usesCachePath)
    {
        Conv2dShape shape = Conv2dShape.Create(
            csv.GetField<int>("ic"),
            csv.GetField<int>("ih"),
            csv.GetField<int>("iw"),
            csv.GetField<int>("oc"),
            csv.GetField<int>("kh"),
            csv.GetField<int>("kw"),
            csv.GetField<int>("stride"),
            csv.GetField<int>("pad"));
        if (usesCachePath)
        {
            return CachePlan.Of(shape);
        }

        return isFinal
            ? Conv2dTilePlanner.Plan(shape, DspConfiguration.FromBankBytes(FinalBankBytes, FinalBankBytes))
            : new TiledPlan
            {
                Shape = shape,
                ChannelsPerTile = csv.GetField<int>("n_tile_size"),
                RowsPerTile = csv.GetField<int>("output_rows"),
                Placement = default,
            };
    }

    /// <summary>Inputs of the fully connected layer, which the logs do not print.</summary>
    private static int ClassifierInputsOf(string network) => network == "resnet50" ? 2048 : 512;

    private static MachineMode ModeOf(string mode) => mode switch
    {
        "turbo" => MachineMode.Turbo,
        "mem_model" => MachineMode.MemoryModel,
        "mem_model_latency_0" => MachineMode.MemoryModelZeroLatency,
        _ => throw new ArgumentException($"Unknown simulator mode '{mode}'.", nameof(mode)),
    };

    private static PrintKind PrintsOf(string prints) =>
        prints.Contains("diag", StringComparison.Ordinal) ? PrintKind.ConfigurationAndDiagnostics
        : prints.Contains("config", StringComparison.Ordinal) ? PrintKind.Configuration
        : PrintKind.None;
}
