using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Proof;

/// <summary>The rows of a region as runs of consecutive bytes.</summary>
internal static class WordRegions
{
    /// <summary>The same bytes in the same order with as few rows as there can be: rows and planes without gaps between them become one.</summary>
    public static StridedRegion Joined(in StridedRegion region)
    {
        StridedRegion joined = region;
        if (joined.RowPitchBytes == joined.RowBytes)
        {
            joined = joined with { RowBytes = joined.RowBytes * joined.RowCount, RowCount = 1 };
        }

        return joined.RowCount == 1 && joined.PlanePitchBytes == joined.RowBytes
            ? joined with { RowBytes = joined.RowBytes * joined.PlaneCount, PlaneCount = 1 }
            : joined;
    }

    /// <summary>All rows over all planes.</summary>
    public static int RowsOf(in StridedRegion region) => region.RowCount * region.PlaneCount;
}
