using System.Runtime.InteropServices;

namespace TileProof.HwModel.Machine;

/// <summary>One allocation in a memory space.</summary>
public sealed class MemoryBuffer
{
    internal MemoryBuffer(MemorySpace space, int offsetBytes, int lengthBytes, string label)
    {
        Space = space;
        OffsetBytes = offsetBytes;
        LengthBytes = lengthBytes;
        Label = label;
    }

    /// <summary>Where the buffer lies.</summary>
    public MemorySpace Space { get; }

    /// <summary>The first byte, from the start of the space.</summary>
    public int OffsetBytes { get; }

    /// <summary>The bytes asked for, without alignment.</summary>
    public int LengthBytes { get; }

    /// <summary>What the buffer holds, such as <c>input ping</c>.</summary>
    public string Label { get; }

    /// <summary>The bytes of the buffer.</summary>
    public Span<byte> Bytes => Space.Bytes.Slice(OffsetBytes, LengthBytes);

    /// <summary>Bytes from an offset on, also those behind the buffer that a published program touches.</summary>
    internal Span<byte> BytesFrom(int offsetBytes, int lengthBytes) => Space.Bytes.Slice(OffsetBytes + offsetBytes, lengthBytes);

    /// <summary>The bytes of the buffer as little-endian elements.</summary>
    public Span<T> As<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes);

    /// <summary>The whole buffer as one region.</summary>
    public StridedRegion Whole() => StridedRegion.Linear(this, 0, LengthBytes);

    /// <summary>A part of this buffer under a name of its own, at any byte: programs divide a bank without rounding up, and published ones so that a part may leave it.</summary>
    internal MemoryBuffer Slice(string label, int offsetBytes, int lengthBytes) => new(Space, OffsetBytes + offsetBytes, lengthBytes, label);

    /// <summary><c>label in DRAM0[offset..end)</c>.</summary>
    public override string ToString() => $"'{Label}' in {Space.Name}[{OffsetBytes}..{OffsetBytes + LengthBytes})";
}
