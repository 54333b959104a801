using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Faults;

/// <summary>Drops fills or changes their value.</summary>
/// <param name="applies">Which fills.</param>
/// <param name="value">The value from the right one; null drops the fill.</param>
internal sealed class FillFault(Func<FillPurpose, bool> applies, Func<byte, byte>? value) : FaultInjector
{
    public override bool Filling(ref FillStep step)
    {
        if (!applies(step.Purpose))
        {
            return true;
        }

        if (value is null)
        {
            ChangeCount++;
            return false;
        }

        byte changed = value(step.Value);
        ChangeCount += changed == step.Value ? 0 : 1;
        step = step with { Value = changed };
        return true;
    }
}
