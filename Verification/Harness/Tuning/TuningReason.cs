using System.Globalization;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Verification.Options;

namespace TileProof.Verification.Tuning;

/// <summary>Says in words where a tuned plan saves cycles.</summary>
public static class TuningReason
{
    private const int ListedCategories = 3;

    /// <summary>The change of tiles, and the categories that save or cost most; empty where the published plan is kept.</summary>
    public static string Of(TunedPlan found)
    {
        ArgumentNullException.ThrowIfNull(found);
        if (!found.IsImproved)
        {
            return "";
        }

        IEnumerable<string> changes = Enum.GetValues<CycleCategory>()
            .Select(category => (Category: category, Saved: Math.Round(found.PublishedCost.Split[category] - found.BestCost.Split[category])))
            .Where(static change => change.Saved != 0)
            .OrderByDescending(static change => Math.Abs(change.Saved))
            .ThenBy(static change => change.Category)
            .Take(ListedCategories)
            .Select(static change => string.Create(CultureInfo.InvariantCulture, $"{NameOf(change.Category)} {-change.Saved:+0;-0}"));
        return $"{Structure(found.Published, found.Best)}: {string.Join(", ", changes)} cycles";
    }

    private static string Structure(Conv2dTilePlan published, Conv2dTilePlan best)
    {
        if (published.Mode != best.Mode)
        {
            return best.Mode == ExecutionMode.Dma ? "tiles instead of the cache path" : "the cache path instead of tiles";
        }

        var parts = new List<string>();
        if (published.ChannelTileCount != best.ChannelTileCount)
        {
            parts.Add($"{published.ChannelTileCount} to {best.ChannelTileCount} channel tiles{(best.ChannelsInLastTile < best.ChannelsPerTile ? ", the last uneven" : "")}");
        }

        if (published.RowTileCount != best.RowTileCount)
        {
            parts.Add($"{published.RowTileCount} to {best.RowTileCount} row tiles");
        }

        if (parts.Count == 0)
        {
            parts.Add("other tile extents");
        }

        if (best is FreePlan { Schedule: var schedule })
        {
            parts.Add(schedule.Order == LoopOrder.RowsOuter ? "inputs read once" : best.RowTileCount == 1 && best.PassCount == 1 ? "input stays in its bank" : "coefficients read once");
            parts.Add(schedule.CoefficientBufferCount == 2 ? "coefficients loaded behind the kernel" : "one coefficient buffer");
            if (best.PassCount > 1)
            {
                parts.Add($"{best.PassCount} passes over the input channels");
            }
        }

        return string.Join("; ", parts);
    }

    private static string NameOf(CycleCategory category) => ChoiceList.NameOf(category).Replace('-', ' ');
}
