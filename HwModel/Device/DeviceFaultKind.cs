namespace TileProof.HwModel.Device;

/// <summary>What ended a device program before it returned; the numbers are those of <c>runtime/tp.h</c>.</summary>
public enum DeviceFaultKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A signal, such as a null pointer or a division by zero.</summary>
    Signal,

    /// <summary>The program called <c>exit</c> or its like.</summary>
    Exit,

    /// <summary>The program called <c>abort</c>.</summary>
    Abort,

    /// <summary>The program ran longer than it may.</summary>
    TimeLimit,

    /// <summary>The program did more than a record holds.</summary>
    TooManyEvents,

    /// <summary>The stack grew beyond its end.</summary>
    StackOverflow,

    /// <summary>The program asked for more memory than there is.</summary>
    Allocation,

    /// <summary>A transfer has an address beyond 32 bits.</summary>
    Address,

    /// <summary>A channel that the machine does not have.</summary>
    Channel,

    /// <summary>The runtime could not place its memory.</summary>
    Mapping,

    /// <summary>An assertion of the program does not hold.</summary>
    Assertion,
}
