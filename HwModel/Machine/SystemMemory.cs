namespace TileProof.HwModel.Machine;

/// <summary>The large memory behind the cache, where tensors live between operator calls.</summary>
public sealed class SystemMemory : MemorySpace
{
    /// <summary>One data-cache line; tensors start on one by default, so that no two share a line.</summary>
    public const int CacheLineBytes = 128;

    internal SystemMemory(int capacityBytes, DspConfiguration configuration)
        : base("system", capacityBytes, configuration.SystemAlignmentBytes, configuration.OutOfBounds, configuration.PoisonByte)
    {
    }
}
