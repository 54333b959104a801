using System.Buffers.Binary;
using System.Text;

namespace TileProof.Golden.Import.Pte;

/// <summary>One table of a <see cref="FlatBuffer"/>; fields are named by their id in the schema, and absent ones read as their default.</summary>
internal readonly struct FlatTable(FlatBuffer buffer, string name, int position, int vtable, int vtableBytes)
{
    private const int HeaderBytes = 2 * sizeof(ushort);

    public string Name => name;

    public FlatBuffer Buffer => buffer;

    public bool Has(int fieldId) => OffsetOf(fieldId) != 0;

    public byte UInt8(int fieldId) => Scalar(fieldId, sizeof(byte)) is { IsEmpty: false } bytes ? bytes[0] : (byte)0;

    public int Int32(int fieldId) => Scalar(fieldId, sizeof(int)) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;

    public uint UInt32(int fieldId) => unchecked((uint)Int32(fieldId));

    public long Int64(int fieldId) => Scalar(fieldId, sizeof(long)) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    public ulong UInt64(int fieldId) => unchecked((ulong)Int64(fieldId));

    public double Float64(int fieldId) => BitConverter.Int64BitsToDouble(Int64(fieldId));

    /// <summary>A table that must be there.</summary>
    public FlatTable Table(int fieldId, string childName) => Has(fieldId)
        ? buffer.Table(Follow(fieldId, childName), childName)
        : throw buffer.Fault(name, $"has no {childName}");

    /// <summary>A text; null when it is absent.</summary>
    public string? Text(int fieldId, string childName)
    {
        if (!Has(fieldId))
        {
            return null;
        }

        FlatVector bytes = Vector(fieldId, sizeof(byte), int.MaxValue, childName);
        return Encoding.UTF8.GetString(bytes.Bytes);
    }

    /// <summary>A vector; empty when it is absent.</summary>
    /// <param name="fieldId">The id in the schema.</param>
    /// <param name="elementBytes">The size of an element; 4 for offsets to tables.</param>
    /// <param name="maximumCount">More elements than this are refused.</param>
    /// <param name="childName">For messages.</param>
    public FlatVector Vector(int fieldId, int elementBytes, int maximumCount, string childName)
    {
        if (!Has(fieldId))
        {
            return new FlatVector(buffer, childName, 0, 0, elementBytes);
        }

        int start = Follow(fieldId, childName);
        uint count = unchecked((uint)buffer.ReadInt32(start, childName));
        long available = (buffer.Data.Length - start - sizeof(int)) / elementBytes;
        if (count > available || count > maximumCount)
        {
            throw buffer.Fault(name, $"{childName} claims {count} elements of {elementBytes} bytes, expected at most {Math.Min(available, maximumCount)}");
        }

        return new FlatVector(buffer, childName, start + sizeof(int), (int)count, elementBytes);
    }

    private int Follow(int fieldId, string childName) => buffer.FollowOffset(position + OffsetOf(fieldId), childName);

    private ReadOnlySpan<byte> Scalar(int fieldId, int countBytes)
    {
        int offset = OffsetOf(fieldId);
        return offset == 0 ? [] : buffer.Bytes(position + offset, countBytes, name);
    }

    private int OffsetOf(int fieldId)
    {
        int entry = HeaderBytes + (sizeof(ushort) * fieldId);
        return entry + sizeof(ushort) <= vtableBytes ? buffer.ReadUInt16(vtable + entry, name) : 0;
    }
}
