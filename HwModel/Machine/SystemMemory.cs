namespace TileProof.HwModel.Machine;

/// <summary>The large memory behind the cache, where tensors live between operator calls.</summary>
public sealed class SystemMemory : MemorySpace
{
    /// <summary>One data-cache line; tensors start on one by default, so that no two share a line.</summary>
    public const int CacheLineBytes = 128;

    internal SystemMemory(int capacityBytes, DspConfiguration configuration, bool hasBytes = true)
        : base("system", capacityBytes, configuration.SystemAlignmentBytes, configuration, hasBytes)
    {
    }

    /// <summary>The bytes that a buffer takes, whole cache lines.</summary>
    /// <exception cref="OverflowException">The result exceeds 2^31 - 1.</exception>
    public static int RoundUpToLine(int lengthBytes) => checked(lengthBytes + CacheLineBytes - 1) / CacheLineBytes * CacheLineBytes;
}
