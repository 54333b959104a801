using TileProof.HwModel.Machine;
using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Faults;

/// <summary>Changes the requantization integers, or how the vector core narrows accumulators.</summary>
internal sealed class ArithmeticFault(Func<Requantization, Requantization>? integers, Func<PackBehavior, PackBehavior>? behavior) : FaultInjector
{
    public override Requantization Requantizing(Requantization requantization)
    {
        Requantization changed = integers?.Invoke(requantization) ?? requantization;
        ChangeCount += changed == requantization ? 0 : 1;
        return changed;
    }

    public override PackBehavior Packing(PackBehavior behaviorOfHardware)
    {
        PackBehavior changed = behavior?.Invoke(behaviorOfHardware) ?? behaviorOfHardware;
        ChangeCount += changed == behaviorOfHardware ? 0 : 1;
        return changed;
    }
}
