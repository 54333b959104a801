using System.Text;
using TileProof.HwModel.Executors;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.Verification.Caching;

/// <summary>What earlier runs proved of one network on one image. Only proven results without a hazard or a warning are kept; everything else runs again.</summary>
/// <remarks>Runs with the plans of a file are neither kept nor taken from here. Entries may be added from several threads.</remarks>
public sealed class NetworkCache
{
    private const char Separator = '\t';

    private readonly ResultCache cache;
    private readonly Network network;
    private readonly Tensor image;
    private readonly VerifyOptions options;
    private readonly string goldenKey;
    private readonly string casesKey;
    private readonly Dictionary<string, string[]> entries;
    private readonly Lock gate = new();
    private bool changed;

    private NetworkCache(ResultCache cache, Network network, Tensor image, VerifyOptions options, string goldenKey)
    {
        this.cache = cache;
        this.network = network;
        this.image = image;
        this.options = options;
        this.goldenKey = $"golden-{goldenKey}";
        casesKey = $"cases-{goldenKey}";
        entries = cache.Find(casesKey) is { } content
            ? Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(static line => line.Split(Separator))
                .ToDictionary(static fields => fields[0], static fields => fields[1..], StringComparer.Ordinal)
            : new(StringComparer.Ordinal);
    }

    /// <summary>The cache of a network; null without a cache.</summary>
    /// <param name="cache">All results.</param>
    /// <param name="source">The recipe of the network is part of the key, or else every weight and parameter.</param>
    /// <param name="image">The input; every byte is part of the key.</param>
    /// <param name="engines">The golden engines, whose versions and settings are part of the key.</param>
    /// <param name="options">What determines goldens is part of the key.</param>
    public static NetworkCache? Open(ResultCache? cache, NetworkSource source, Tensor image, GoldenEngines engines, VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(engines);
        ArgumentNullException.ThrowIfNull(options);
        if (cache is null)
        {
            return null;
        }

        object content = source.Recipe ?? (object)source.Network;
        string key = ContentHash.Of(source.Network.Name, content, image, engines.Description, options.Derivation, options.SoftmaxToleranceUlp);
        return new NetworkCache(cache, source.Network, image, options, key);
    }

    /// <summary>The goldens of an earlier run, or fresh ones, which are kept.</summary>
    public IReadOnlyList<GoldenCall> Goldens(Func<IReadOnlyList<GoldenCall>> compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        if (cache.Find(goldenKey, content => CachedGolden.Read(content, network, image, options.Derivation)) is { } stored)
        {
            return [.. stored.Select(static golden => golden with { IsKept = true })];
        }

        IReadOnlyList<GoldenCall> goldens = compute();
        if (goldens.All(static golden => golden.IsAgreed))
        {
            cache.TryStore(goldenKey, content => CachedGolden.Write(content, goldens));
        }

        return goldens;
    }

    /// <summary>The comparison with the file that the network was imported from, of an earlier run or a fresh one.</summary>
    public OriginalResult Original(ReadOnlyMemory<byte> file, Func<OriginalResult> compare) => CachedOriginal.FindOrCompare(cache, goldenKey, file, compare);

    /// <summary>The result of an earlier run, or a fresh one.</summary>
    public CaseResult Case(ConformanceCase one, Func<CaseResult> run)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(run);
        if (options.Plans is not null)
        {
            return run();
        }

        OperatorCall call = one.Golden.Call;
        string key = $"case {call.Index} {one.Bank} {one.Landing} {one.Variant} {options.LandingSeed}";
        if (Find(key) is [var path, var tiling, var hash])
        {
            bool isTiledKernel = call is Conv2dCall conv && ConvolutionKernel.Supports(conv.Shape);
            var execution = new ExecutedOperator(Enum.Parse<OperatorPath>(path), tiling)
            {
                ConvolutionPlan = isTiledKernel ? CaseMatrix.PlanFor(((Conv2dCall)call).Shape, one.Bank) : null,
            };
            return new CaseResult(one, execution, new TensorDifference(one.Golden.Expected.Bytes.Length, 0, null), "", hash, null) { IsKept = true };
        }

        CaseResult result = run();

        // The plan of a max pooling is not kept, so that such a case runs every time.
        if (result is { IsProven: true, Hazards.Count: 0, Execution: { MaxPoolPlan: null } executed })
        {
            Add(key, executed.Path.ToString(), executed.Tiling, result.OutputHash);
        }

        return result;
    }

    /// <summary>The result of an earlier run of the whole network, or a fresh one.</summary>
    public EndToEndResult EndToEnd(BankSetting bank, HwModel.Dma.LandingKind landing, Func<EndToEndResult> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (options.Plans is not null)
        {
            return run();
        }

        string key = $"network {bank} {landing} {options.Variant} {options.LandingSeed}";
        if (Find(key) is [var comparedBytes, var hash])
        {
            return new EndToEndResult(network.Name, bank, landing, long.Parse(comparedBytes, System.Globalization.CultureInfo.InvariantCulture), 0, "", hash) { IsKept = true };
        }

        EndToEndResult result = run();
        if (result is { IsProven: true, Hazards.Count: 0 })
        {
            Add(key, result.ComparedBytes.ToString(System.Globalization.CultureInfo.InvariantCulture), result.OutputHash);
        }

        return result;
    }

    /// <summary>Stores what was added.</summary>
    public void Save()
    {
        if (changed)
        {
            string text = string.Concat(entries
                .OrderBy(static entry => entry.Key, StringComparer.Ordinal)
                .Select(static entry => $"{entry.Key}{Separator}{string.Join(Separator, entry.Value)}\n"));
            cache.TryStore(casesKey, Encoding.UTF8.GetBytes(text));
        }
    }

    private string[]? Find(string key)
    {
        lock (gate)
        {
            return entries.GetValueOrDefault(key);
        }
    }

    private void Add(string key, params string[] fields)
    {
        lock (gate)
        {
            entries[key] = fields;
            changed = true;
        }
    }
}
