using System.Globalization;
using System.Text;
using TileProof.HwModel.Proof;
using TileProof.Verification.Caching;

namespace TileProof.Verification.Proof;

/// <summary>The programs that earlier runs proved, by a hash of all that they depend on. Wrong ones are not kept: they run again.</summary>
internal sealed class KeptProofs
{
    private const string FileKey = "movement-proofs";
    private const char Separator = ' ';

    private readonly ResultCache? cache;
    private readonly SortedDictionary<string, int> entries = new(StringComparer.Ordinal);
    private bool changed;

    private KeptProofs(ResultCache? cache) => this.cache = cache;

    /// <summary>Reads what is kept; null for no cache.</summary>
    public static KeptProofs Open(ResultCache? cache)
    {
        var kept = new KeptProofs(cache);
        foreach (string line in cache?.Find(FileKey) is { } content ? Encoding.UTF8.GetString(content).Split('\n') : [])
        {
            if (line.Split(Separator) is [var key, var words] && int.TryParse(words, NumberStyles.None, CultureInfo.InvariantCulture, out int wordCount))
            {
                kept.entries[key] = wordCount;
            }
        }

        return kept;
    }

    /// <summary>The proof of a program; null where there is none.</summary>
    public ProgramProof? Find(ProofSubject subject) =>
        entries.TryGetValue(CacheKeys.Proof.Of(subject), out int wordCount) && wordCount == subject.WordCount ? new ProgramProof(wordCount, 0, null, null) : null;

    /// <summary>Adds a proof, if it is one.</summary>
    public void Add(ProofSubject subject, ProgramProof proof)
    {
        if (proof.IsProven)
        {
            entries[CacheKeys.Proof.Of(subject)] = proof.WordCount;
            changed = true;
        }
    }

    /// <summary>Stores what was added.</summary>
    public void Save()
    {
        if (changed)
        {
            cache?.TryStore(FileKey, Encoding.UTF8.GetBytes(string.Concat(entries.Select(static entry =>
                string.Create(CultureInfo.InvariantCulture, $"{entry.Key}{Separator}{entry.Value}\n")))));
        }
    }
}
