using TileProof.Operators;

namespace TileProof.Verification.Caching;

/// <summary>Built-in networks under the hash of their recipe, so that a later run need not draw and quantize their weights again.</summary>
internal static class CachedNetwork
{
    /// <summary>The network of an earlier run, or a fresh one, which is kept.</summary>
    /// <param name="cache">Null to keep nothing.</param>
    /// <param name="recipe">A hash of all that decides the network, but for the build, which is part of every key.</param>
    /// <param name="build">Builds the network.</param>
    public static Network FindOrBuild(ResultCache? cache, string recipe, Func<Network> build)
    {
        if (cache is null)
        {
            return build();
        }

        string key = $"network-{recipe}";
        if (cache.Find(key, NetworkBytes.Read) is { } stored)
        {
            return stored;
        }

        Network network = build();
        cache.TryStore(key, content => NetworkBytes.Write(content, network));
        return network;
    }
}
