using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Faults;

/// <summary>Changes a byte of a local buffer just before a computation reads it.</summary>
/// <param name="label">How the name of the buffer begins.</param>
/// <param name="applies">Which computations by number, from 0.</param>
/// <param name="position">Where in the bytes read, 0 for the first, 1 for the last.</param>
/// <param name="change">The byte from the right one.</param>
internal sealed class MemoryFault(string label, Func<int, bool> applies, double position, Func<byte, byte> change) : FaultInjector
{
    private int count;

    public override void Computing(ComputeStep step)
    {
        if (!applies(count++))
        {
            return;
        }

        foreach (StridedRegion region in step.Reads)
        {
            if (region.Buffer.Space is MemoryBank && region.Buffer.Label.StartsWith(label, StringComparison.Ordinal))
            {
                ref byte target = ref region.Buffer.Bytes[region.OffsetBytes + (int)((region.ExtentBytes - 1) * position)];
                byte changed = change(target);
                ChangeCount += changed == target ? 0 : 1;
                target = changed;
            }
        }
    }
}
