using System.Text;
using TileProof.Verification.Conformance;

namespace TileProof.Verification.Caching;

/// <summary>The page of a run in which everything is proven, under a key of all that decides it: the networks, the engines and the options.</summary>
/// <remarks>
/// Such a run finds what the key says, whether its cases run or come from the cache; how many did is the only thing that differs, and is put
/// into the page when it is read. A page with a failure or a hazard is made anew.
/// </remarks>
internal static class CachedPage
{
    /// <summary>Stands for the extent of the run, as no text of a page does.</summary>
    private const string ExtentMark = "\u0001";

    /// <summary>The page of an earlier run, or a fresh one, which is kept.</summary>
    /// <param name="cache">Null to keep nothing.</param>
    /// <param name="sources">Only built-in networks, whose recipes are short, have their pages kept.</param>
    /// <param name="reports">What the page shows.</param>
    /// <param name="write">Writes it.</param>
    public static string FindOrWrite(ResultCache? cache, IReadOnlyList<NetworkSource> sources, ConformanceReports reports, Func<string> write)
    {
        ConformanceOutcome outcome = reports.Outcome;
        Verdict verdict = outcome.Verdict;
        if (cache is null || !verdict.IsProven || outcome.FoundHazards.Count > 0 || sources.Any(static source => source.Recipe is null || source.Images is not null))
        {
            return write();
        }

        string key = "page-" + ContentHash.Of(
            sources.Select(static source => $"{source.Network.Name} {source.Recipe} {source.ImageSeed}").ToArray(),
            reports.Versions,
            reports.Settings,
            reports.Engines,
            CacheKeys.Page.Of(outcome.Options));
        if (cache.Find(key) is { } content)
        {
            return Encoding.UTF8.GetString(content).Replace(ExtentMark, verdict.Extent, StringComparison.Ordinal);
        }

        string page = write();
        if (!page.Contains(ExtentMark, StringComparison.Ordinal))
        {
            cache.TryStore(key, Encoding.UTF8.GetBytes(page.Replace(verdict.Extent, ExtentMark, StringComparison.Ordinal)));
        }

        return page;
    }
}
