namespace TileProof.HwModel.Machine;

/// <summary>A modelled program broke a hardware rule; the message names bank, offset and length.</summary>
public sealed class HardwareFaultException : Exception
{
    /// <summary>Makes a fault.</summary>
    public HardwareFaultException(string message)
        : base(message)
    {
    }

    /// <summary>Makes a fault with its cause.</summary>
    public HardwareFaultException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes a fault without a message.</summary>
    public HardwareFaultException()
    {
    }
}
