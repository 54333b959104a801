using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Faults;

/// <summary>Puts one defect into the programs of one run.</summary>
public abstract class FaultInjector : MachineInterceptor
{
    /// <summary>How often the defect changed what a program asked for; 0 means that the layer has no place for it.</summary>
    public int ChangeCount { get; private protected set; }
}
