using System.Globalization;
using System.Text;
using TileProof.Verification.Files;

namespace TileProof.Verification.Sharding;

/// <summary>What the prediction says of cuts into more and more shards, for <c>--dry-run</c>.</summary>
internal static class SplitTable
{
    private const double NanosecondsPerSecond = 1e9;
    private static readonly int[] Counts = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000];

    /// <summary>The table, with the asked count among the usual ones.</summary>
    public static string Write(IReadOnlyList<Job> jobs, int? askedCount)
    {
        long wholeCost = new ShardSplit(jobs, 1).Costs[0];
        Job dearest = jobs.MaxBy(static job => job.Cost)!;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{jobs.Count:N0} jobs, {Seconds(wholeCost)} s predicted on one core; the dearest, {dearest.Key}, {Seconds(dearest.Cost)} s\n");
        var table = new MarkdownTable(text, "shards:", "jobs each:", "slowest shard s:", "mean s:", "slowest above mean:", "faster than one:");
        foreach (int count in Counts.Append(askedCount ?? 1).Distinct().Order())
        {
            var split = new ShardSplit(jobs, count);
            long slowest = split.Costs.Max();
            double mean = split.Costs.Average();

            table.Row($"{count} | {split.JobCounts.Min()} to {split.JobCounts.Max()} | {Seconds(slowest)} | {Seconds(mean)} | {(slowest / mean) - 1:P1} | {(double)wholeCost / slowest:F1}");
        }

        text.Append(CultureInfo.InvariantCulture, $"A shard is charged what its groups share: {Seconds(jobs.DistinctBy(static job => job.Group).Sum(static job => job.GroupCost))} s for all of them. Start of the program and the merge are not counted.\n");
        return text.ToString();
    }

    private static string Seconds(double nanoseconds) => (nanoseconds / NanosecondsPerSecond).ToString("F2", CultureInfo.InvariantCulture);
}
