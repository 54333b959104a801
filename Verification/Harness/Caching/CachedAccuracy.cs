using System.Text.Json;
using TileProof.Golden.OnnxRuntime;
using TileProof.Verification.Accuracy;
using TileProof.Verification.Options;

namespace TileProof.Verification.Caching;

/// <summary>The accuracy report of a network under a key of its recipe or both its forms, its images and the engine.</summary>
internal static class CachedAccuracy
{
    /// <summary>The report of an earlier run, or a fresh one, which is kept.</summary>
    /// <param name="cache">Null to keep nothing; images of the user are measured anew, since only reading all of them would tell that they are the same.</param>
    /// <param name="source">A network with its float form.</param>
    /// <param name="options">Images of the report, and whatever else <see cref="CacheKeys.Accuracy"/> does not leave out.</param>
    /// <param name="measure">Measures.</param>
    public static NetworkAccuracy FindOrMeasure(ResultCache? cache, NetworkSource source, VerifyOptions options, Func<NetworkAccuracy> measure)
    {
        if (cache is null || source.Images is not null)
        {
            return measure();
        }

        object forms = source.Recipe ?? (object)new object[] { source.Network, source.Model!.Value.Float.Nodes };
        string key = "accuracy-" + ContentHash.Of(
            source.Network.Name, forms, source.ImageSeed, CacheKeys.Accuracy.Of(options), OnnxRuntimeSession.LibraryVersion);
        if (cache.Find(key) is { } content)
        {
            return JsonSerializer.Deserialize(content, AccuracyJson.Default.NetworkAccuracy)!;
        }

        NetworkAccuracy accuracy = measure();
        cache.TryStore(key, JsonSerializer.SerializeToUtf8Bytes(accuracy, AccuracyJson.Default.NetworkAccuracy));
        return accuracy;
    }
}
