using System.Text;
using TileProof.Verification.Caching;

namespace TileProof.Verification.Proof;

/// <summary>Results of earlier runs in one file of the cache, a line each: a key without spaces, and what was found. May be added to by one thread.</summary>
internal sealed class KeptLines
{
    private const char Separator = ' ';

    private readonly ResultCache? cache;
    private readonly string name;
    private readonly SortedDictionary<string, string> entries = new(StringComparer.Ordinal);
    private bool changed;

    private KeptLines(ResultCache? cache, string name)
    {
        this.cache = cache;
        this.name = name;
    }

    /// <summary>Reads what is kept under a name; null for no cache.</summary>
    public static KeptLines Open(ResultCache? cache, string name)
    {
        var kept = new KeptLines(cache, name);
        foreach (string line in cache?.Find(name) is { } content ? Encoding.UTF8.GetString(content).Split('\n') : [])
        {
            if (line.Split(Separator, 2) is [var key, var value])
            {
                kept.entries[key] = value;
            }
        }

        return kept;
    }

    /// <summary>What was found; null where nothing is kept.</summary>
    public string? Find(string key) => entries.GetValueOrDefault(key);

    /// <summary>Adds a result.</summary>
    public void Add(string key, string value)
    {
        entries[key] = value;
        changed = true;
    }

    /// <summary>Stores what was added.</summary>
    public void Save()
    {
        if (changed)
        {
            cache?.TryStore(name, Encoding.UTF8.GetBytes(string.Concat(entries.Select(static entry => $"{entry.Key}{Separator}{entry.Value}\n"))));
        }
    }
}
