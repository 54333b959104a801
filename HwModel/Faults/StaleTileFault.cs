using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Faults;

/// <summary>Drops a load together with the fill of its buffer before it, so that the tile computes from what an earlier tile left there.</summary>
/// <param name="purpose">How the purpose of the load begins.</param>
/// <param name="applies">Which loads and fills by number, from 0.</param>
internal sealed class StaleTileFault(string purpose, Func<int, bool> applies) : FaultInjector
{
    private int loads;
    private int fills;

    public override bool Issuing(ref int channel, ref DmaDescriptor descriptor) =>
        !descriptor.Purpose.StartsWith(purpose, StringComparison.Ordinal) || Keeps(loads++);

    public override bool Filling(ref FillStep step) => step.Purpose != FillPurpose.WholeBuffer || Keeps(fills++);

    private bool Keeps(int number)
    {
        ChangeCount += applies(number) ? 1 : 0;
        return !applies(number);
    }
}
