namespace TileProof.HwModel.Device;

/// <summary>A device program does not compile or link; the message is one line that names file and line where the compiler does.</summary>
public sealed class DeviceBuildException : Exception
{
    /// <summary>Makes an exception.</summary>
    public DeviceBuildException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    public DeviceBuildException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes an exception.</summary>
    public DeviceBuildException()
    {
    }

    /// <summary>Whether there is no compiler at all: nothing of the program was looked at.</summary>
    public bool IsMissingCompiler { get; init; }
}
