namespace TileProof.Kernels.Devices;

/// <summary>The device that was asked for is not there or cannot run the kernels; the message says why and what to do.</summary>
public sealed class DeviceNotAvailableException : Exception
{
    /// <summary>Makes an exception.</summary>
    public DeviceNotAvailableException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with its cause.</summary>
    public DeviceNotAvailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes an exception without a message of its own.</summary>
    public DeviceNotAvailableException()
    {
    }
}
