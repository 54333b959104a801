using System.Buffers;

namespace TileProof.HwModel.Machine;

/// <summary>A range of real bytes with a bump allocator: a local bank, or system memory.</summary>
public abstract class MemorySpace
{
    /// <summary>How far behind its end a space can be addressed where the machine goes on after an access out of bounds.</summary>
    private const int AddressableBytesBehindEnd = 64 * 1024 * 1024;

    private readonly int alignmentBytes;
    private readonly OutOfBoundsBehavior outOfBounds;
    private readonly byte poison;
    private readonly List<MemoryBuffer> buffers = [];
    private byte[] storage;
    private int storageBytes;

    private protected MemorySpace(string name, int capacityBytes, int alignmentBytes, DspConfiguration configuration, bool hasBytes)
    {
        Name = name;
        CapacityBytes = capacityBytes;
        HasBytes = hasBytes;
        this.alignmentBytes = alignmentBytes;
        outOfBounds = configuration.OutOfBounds;
        poison = configuration.PoisonByte;
        storage = hasBytes ? ArrayPool<byte>.Shared.Rent(capacityBytes) : [];
        storageBytes = hasBytes ? capacityBytes : 0;
        Bytes.Clear();
    }

    /// <summary>Whether the space holds bytes; else it has addresses only.</summary>
    public bool HasBytes { get; }

    /// <summary><c>DRAM0</c>, <c>DRAM1</c> or <c>system</c>.</summary>
    public string Name { get; }

    /// <summary>The bytes that the space has.</summary>
    public int CapacityBytes { get; }

    /// <summary>Bytes handed out so far, alignment included.</summary>
    public int UsedBytes { get; private set; }

    /// <summary>The live allocations in the order in which they were made.</summary>
    public IReadOnlyList<MemoryBuffer> Buffers => buffers;

    /// <summary>The bytes themselves, from offset 0; longer than <see cref="CapacityBytes"/> after an access behind the end.</summary>
    public Span<byte> Bytes => storage.AsSpan(0, storageBytes);

    /// <summary>Hands out the next bytes, rounded up to the alignment of the space.</summary>
    /// <exception cref="HardwareFaultException">The space has fewer bytes left, and the machine faults on that.</exception>
    public MemoryBuffer Allocate(string label, int lengthBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        long roundedBytes = ((long)lengthBytes + alignmentBytes - 1) / alignmentBytes * alignmentBytes;
        long offsetBytes = NextOffset(roundedBytes);
        if (offsetBytes + roundedBytes > CapacityBytes)
        {
            if (outOfBounds == OutOfBoundsBehavior.Fault)
            {
                throw new HardwareFaultException(
                    $"{Name} overflows: '{label}' takes {lengthBytes} bytes at offset {offsetBytes}, but the space has {CapacityBytes} bytes.");
            }

            MakeAddressable(offsetBytes, offsetBytes + roundedBytes, label);
        }

        var buffer = new MemoryBuffer(this, (int)offsetBytes, lengthBytes, label);
        buffers.Add(buffer);
        UsedBytes += (int)roundedBytes;
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

    /// <summary>Lets a program touch a region, or faults, as the machine is configured.</summary>
    /// <param name="region">What is touched.</param>
    /// <param name="who">The operation, for the message.</param>
    /// <exception cref="HardwareFaultException">The region leaves its buffer and the machine faults on that, or it has no address at all.</exception>
    internal void Touch(in StridedRegion region, string who)
    {
        if (region.IsInsideBuffer && region.EndInSpace <= CapacityBytes)
        {
            return;
        }

        if (outOfBounds == OutOfBoundsBehavior.Fault)
        {
            throw new HardwareFaultException(region.IsInsideBuffer
                    ? $"{who} leaves {Name}: {region}, and the space has {CapacityBytes} bytes."
                    : $"{who} leaves its buffer: {region}, which has {region.Buffer.LengthBytes} bytes.");
        }

        MakeAddressable(region.StartInSpace, region.EndInSpace, who);
    }

    /// <summary>Gives the bytes back for the next machine; the space is empty from now on.</summary>
    internal void ReleaseStorage()
    {
        if (storageBytes > 0)
        {
            ArrayPool<byte>.Shared.Return(storage);
            storage = [];
            storageBytes = 0;
        }
    }

    /// <summary>The offset of the next buffer.</summary>
    private protected virtual long NextOffset(long roundedBytes) => UsedBytes;

    private void MakeAddressable(long startBytes, long endBytes, string who)
    {
        if (startBytes < 0 || endBytes > (long)CapacityBytes + AddressableBytesBehindEnd)
        {
            throw new HardwareFaultException($"{who} addresses bytes {startBytes}..{endBytes - 1} of {Name}, which has {CapacityBytes}.");
        }

        if (HasBytes && endBytes > storageBytes)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent((int)endBytes);
            Bytes.CopyTo(larger);
            larger.AsSpan(storageBytes).Fill(poison);
            ArrayPool<byte>.Shared.Return(storage);
            storage = larger;
            storageBytes = (int)endBytes;
        }
    }
}
