namespace TileProof.HwModel.Machine;

/// <summary>What the machine does when a program addresses bytes outside the buffer that it means to address.</summary>
public enum OutOfBoundsBehavior
{
    /// <summary>Throws a <see cref="HardwareFaultException"/>: the model of a program that is meant to be right.</summary>
    Fault,

    /// <summary>
    /// Goes on as the hardware does: the access touches whatever lies there, a neighbouring buffer or the poisoned bytes behind the
    /// memory, and an allocator hands out bytes beyond the end of a bank. Observers report it.
    /// </summary>
    Continue,
}
