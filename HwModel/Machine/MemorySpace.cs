namespace TileProof.HwModel.Machine;

/// <summary>A range of real bytes with a bump allocator: a local bank, or system memory.</summary>
public abstract class MemorySpace
{
    private readonly byte[] storage;
    private readonly int alignmentBytes;
    private readonly List<MemoryBuffer> buffers = [];

    private protected MemorySpace(string name, int capacityBytes, int alignmentBytes)
    {
        Name = name;
        this.alignmentBytes = alignmentBytes;
        storage = new byte[capacityBytes];
    }

    /// <summary><c>DRAM0</c>, <c>DRAM1</c> or <c>system</c>.</summary>
    public string Name { get; }

    /// <summary>All bytes of the space.</summary>
    public int CapacityBytes => storage.Length;

    /// <summary>Bytes handed out so far, alignment included.</summary>
    public int UsedBytes { get; private set; }

    /// <summary>The live allocations in address order.</summary>
    public IReadOnlyList<MemoryBuffer> Buffers => buffers;

    /// <summary>The bytes themselves, from offset 0.</summary>
    public Span<byte> Bytes => storage;

    /// <summary>Hands out the next bytes, rounded up to the alignment of the space.</summary>
    /// <exception cref="HardwareFaultException">The space has fewer bytes left.</exception>
    public MemoryBuffer Allocate(string label, int lengthBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        long endBytes = UsedBytes + RoundUp(lengthBytes);
        if (endBytes > CapacityBytes)
        {
            throw new HardwareFaultException(
                $"{Name} overflows: '{label}' takes {lengthBytes} bytes at offset {UsedBytes}, but the space has {CapacityBytes} bytes.");
        }

        var buffer = new MemoryBuffer(this, UsedBytes, lengthBytes, label);
        buffers.Add(buffer);
        UsedBytes = (int)endBytes;
        return buffer;
    }

    /// <summary>Releases every allocation made after <see cref="UsedBytes"/> was <paramref name="usedBytes"/>; the bytes stay as they are.</summary>
    public void ReleaseTo(int usedBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(usedBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(usedBytes, UsedBytes);
        buffers.RemoveAll(buffer => buffer.OffsetBytes >= usedBytes);
        UsedBytes = usedBytes;
    }

    private long RoundUp(int lengthBytes) => ((long)lengthBytes + alignmentBytes - 1) / alignmentBytes * alignmentBytes;
}
