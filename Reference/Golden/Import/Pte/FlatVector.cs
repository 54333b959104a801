using System.Buffers.Binary;

namespace TileProof.Golden.Import.Pte;

/// <summary>A vector of a <see cref="FlatBuffer"/> whose extent has been checked.</summary>
internal readonly struct FlatVector(FlatBuffer buffer, string name, int position, int count, int elementBytes)
{
    public int Count => count;

    /// <summary>All elements as they lie in the buffer.</summary>
    public ReadOnlySpan<byte> Bytes => Memory.Span;

    /// <summary>All elements as they lie in the buffer.</summary>
    public ReadOnlyMemory<byte> Memory => buffer.Data.Slice(position, count * elementBytes);

    public FlatTable Table(int index)
    {
        string elementName = $"{name}[{index}]";
        return buffer.Table(buffer.FollowOffset(position + (index * elementBytes), elementName), elementName);
    }

    public int[] ToInt32Array()
    {
        var values = new int[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = BinaryPrimitives.ReadInt32LittleEndian(Bytes[(i * elementBytes)..]);
        }

        return values;
    }

    public long[] ToInt64Array()
    {
        var values = new long[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = BinaryPrimitives.ReadInt64LittleEndian(Bytes[(i * elementBytes)..]);
        }

        return values;
    }
}
