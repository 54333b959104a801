namespace TileProof.HwModel.Device;

/// <summary>A device program does not compile or link; the message is one line that names file and line where the compiler does.</summary>
public sealed class DeviceBuildException(string message) : Exception(message)
{
    /// <summary>Whether there is no compiler at all: nothing of the program was looked at.</summary>
    public bool IsMissingCompiler { get; init; }
}
