using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using TileProof.HwModel.Dma;
using TileProof.Operators;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Originals;

namespace TileProof.Verification.Caching;

/// <summary>What earlier runs proved of one network on one image. Only proven results without a hazard or a warning are kept; everything else runs again.</summary>
/// <remarks>What a result depends on is in its key (see <see cref="CacheKeys"/>). Entries may be added from several threads.</remarks>
public sealed class NetworkCache
{
    private const char Separator = '\t';

    /// <summary>128 bits: enough among the results of one network.</summary>
    private const int KeyDigits = 32;

    private readonly ResultCache cache;
    private readonly Network network;
    private readonly Tensor image;
    private readonly VerifyOptions options;
    private readonly string goldenKey;
    private readonly string casesKey;
    private readonly string caseOptions;
    private readonly string endToEndOptions;
    private readonly Dictionary<string, string[]> entries;
    private readonly ConcurrentDictionary<ConformanceCase, string> caseKeys = new();
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
        caseOptions = CacheKeys.Cases.Of(options);
        endToEndOptions = CacheKeys.EndToEnd.Of(options);
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
    /// <param name="options">Part of the keys, as <see cref="CacheKeys"/> says.</param>
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
        string key = ContentHash.Of(source.Network.Name, content, image, engines.Description, CacheKeys.Goldens.Of(options));
        return new NetworkCache(cache, source.Network, image, options, key);
    }

    /// <summary>The goldens of an earlier run, or fresh ones, which are kept.</summary>
    public IReadOnlyList<GoldenCall> Goldens(Func<IReadOnlyList<GoldenCall>> compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        if (cache.Find(goldenKey, content => CachedGolden.Read(content, network, image, options.Derivation)) is { } stored)
        {
            return stored;
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
        string key = string.Create(CultureInfo.InvariantCulture, $"case {one.Golden.Call.Index} {KeyOf(one)}");
        return Find(key) is { } stored && KeptResults.CaseOf(one, stored) is { } kept ? kept : Keep(run());

        CaseResult Keep(CaseResult result)
        {
            if (result is { IsProven: true, Hazards.Count: 0 } && KeptResults.FieldsOf(result) is { } fields)
            {
                Add(key, fields);
            }

            return result;
        }
    }

    /// <summary>The result of an earlier run of the whole network, or a fresh one.</summary>
    public EndToEndResult EndToEnd(BankSetting bank, LandingKind landing, Func<EndToEndResult> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        string key = $"network {Shorten(ContentHash.Of(endToEndOptions, bank, landing))}";
        return Find(key) is { } stored && KeptResults.EndToEndOf(network.Name, bank, landing, stored) is { } kept ? kept : Keep(run());

        EndToEndResult Keep(EndToEndResult result)
        {
            if (result is { IsProven: true, Hazards.Count: 0 } && KeptResults.FieldsOf(result) is { } fields)
            {
                Add(key, fields);
            }

            return result;
        }
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

    /// <summary>The key of a case without its call: cases of all calls share a few.</summary>
    private string KeyOf(ConformanceCase one) =>
        caseKeys.GetOrAdd(one with { Golden = null! }, _ => Shorten(ContentHash.Of(caseOptions, CacheKeys.Case.Of(one))));

    private static string Shorten(string hash) => hash[..KeyDigits];

    private string[]? Find(string key)
    {
        lock (gate)
        {
            return entries.GetValueOrDefault(key);
        }
    }

    private void Add(string key, string[] fields)
    {
        lock (gate)
        {
            entries[key] = fields;
            changed = true;
        }
    }
}
