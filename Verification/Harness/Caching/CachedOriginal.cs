using System.Text.Json;
using TileProof.Verification.Originals;

namespace TileProof.Verification.Caching;

/// <summary>The comparison of an imported network with its file, kept beside the goldens that it belongs to.</summary>
internal static class CachedOriginal
{
    /// <summary>The comparison of an earlier run, or a fresh one, which is kept when the import agrees.</summary>
    /// <param name="cache">All results.</param>
    /// <param name="goldenKey">The key of the goldens, which the comparison is made with.</param>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="compare">Compares.</param>
    public static OriginalResult FindOrCompare(ResultCache cache, string goldenKey, ReadOnlyMemory<byte> file, Func<OriginalResult> compare)
    {
        string key = "original-" + ContentHash.Of(goldenKey, file.ToArray());
        if (cache.Find(key) is { } content)
        {
            return JsonSerializer.Deserialize(content, OriginalJson.Default.OriginalResult)!;
        }

        OriginalResult result = compare();
        if (result.Unlike == 0)
        {
            cache.TryStore(key, JsonSerializer.SerializeToUtf8Bytes(result, OriginalJson.Default.OriginalResult));
        }

        return result;
    }
}
