using FsCheck;
using FsCheck.Fluent;
using TileProof.HwModel.Machine;
using TileProof.Tests.Support;

namespace TileProof.Tests.Hazards;

/// <summary>Where a strided region lies in a buffer that has yet to be allocated; rows and planes may touch, never overlap. Bytes.</summary>
internal sealed record RegionShape(int Offset, int RowBytes, int RowCount, int RowGap, int PlaneCount, int PlaneGap)
{
    private int RowPitch => RowBytes + RowGap;

    private int PlanePitch => ((RowCount - 1) * RowPitch) + RowBytes + PlaneGap;

    private int Extent => (PlaneCount * PlanePitch) - PlaneGap;

    /// <summary>Regions inside a buffer, from single bytes on.</summary>
    public static Gen<RegionShape> Within(int bufferBytes) =>
        from rowBytes in Gen.Choose(1, 12)
        from rowCount in Gen.Choose(1, 5)
        from rowGap in Gap(4)
        from planeCount in Gen.Choose(1, 3)
        from planeGap in Gap(6)
        let region = new RegionShape(0, rowBytes, rowCount, rowGap, planeCount, planeGap)
        from offset in Gen.Choose(0, bufferBytes - region.Extent)
        select region with { Offset = offset };

    /// <summary>The region in that buffer.</summary>
    public StridedRegion In(MemoryBuffer buffer) => new(buffer, Offset, RowBytes, RowCount, RowPitch, PlaneCount, PlanePitch);

    /// <summary>The offsets of its bytes.</summary>
    public IEnumerable<int> Bytes() =>
        from plane in Enumerable.Range(0, PlaneCount)
        from row in Enumerable.Range(0, RowCount)
        from offset in Enumerable.Range(0, RowBytes)
        select Offset + (plane * PlanePitch) + (row * RowPitch) + offset;

    /// <summary>Regions that are simpler in one way.</summary>
    public IEnumerable<RegionShape> Smaller() =>
    [
        .. Properties.Towards(1, PlaneCount).Select(count => this with { PlaneCount = count }),
        .. Properties.Towards(1, RowCount).Select(count => this with { RowCount = count }),
        .. Properties.Towards(1, RowBytes).Select(bytes => this with { RowBytes = bytes }),
        .. Properties.Towards(0, PlaneGap).Select(gap => this with { PlaneGap = gap }),
        .. Properties.Towards(0, RowGap).Select(gap => this with { RowGap = gap }),
        .. Properties.Towards(0, Offset).Select(offset => this with { Offset = offset }),
    ];

    /// <summary>The same regions with one of them simpler.</summary>
    public static IEnumerable<RegionShape[]> Smaller(RegionShape[] regions) =>
        from position in Enumerable.Range(0, regions.Length)
        from region in regions[position].Smaller()
        select (RegionShape[])[.. regions[..position], region, .. regions[(position + 1)..]];

    private static Gen<int> Gap(int largest) =>
        from factor in Gen.Choose(0, 2)
        from gap in Gen.Choose(0, largest)
        select factor * gap;
}
