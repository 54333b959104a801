using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Faults;

/// <summary>Drops or shortens cache operations on one tensor.</summary>
/// <param name="label">The tensor.</param>
/// <param name="writesBack">Whether write-backs are concerned; else invalidations.</param>
/// <param name="applies">Which of them by number, from 0.</param>
/// <param name="shortens">Whether half of the region remains.</param>
internal sealed class CacheFault(string label, bool writesBack, Func<int, bool> applies, bool shortens) : FaultInjector
{
    private int count;

    public override bool WritingBackCache(ref StridedRegion region) => !writesBack || Change(ref region);

    public override bool InvalidatingCache(ref StridedRegion region) => writesBack || Change(ref region);

    private bool Change(ref StridedRegion region)
    {
        if (region.Buffer.Label != label || !applies(count++))
        {
            return true;
        }

        ChangeCount++;
        region = StridedRegion.Linear(region.Buffer, 0, region.Buffer.LengthBytes / 2);
        return shortens;
    }
}
