using System.Buffers.Binary;

namespace TileProof.Golden.Export.Pte;

/// <summary>Writes a tree of <see cref="FlatObject"/>s as a flatbuffer, parents before children, each vtable just before its table.</summary>
internal sealed class FlatBufferWriter
{
    private const int LargestAlignment = 8;

    private readonly List<byte> buffer = [];
    private readonly Queue<(FlatObject Child, int ReferencePosition)> pending = [];

    /// <summary>The bytes of a buffer.</summary>
    /// <param name="root">The root table.</param>
    /// <param name="head">What stands between the root offset and the first table, such as the file identifier.</param>
    public static byte[] Write(FlatTableObject root, ReadOnlySpan<byte> head)
    {
        var writer = new FlatBufferWriter();
        writer.buffer.AddRange(new byte[sizeof(uint)]);
        foreach (byte value in head)
        {
            writer.buffer.Add(value);
        }

        writer.pending.Enqueue((root, 0));
        while (writer.pending.TryDequeue(out (FlatObject Child, int ReferencePosition) next))
        {
            int position = next.Child is FlatTableObject table ? writer.AppendTable(table) : writer.AppendVector((FlatVectorObject)next.Child);
            writer.Patch(next.ReferencePosition, (uint)(position - next.ReferencePosition));
        }

        writer.Align(LargestAlignment, 0);
        return [.. writer.buffer];
    }

    private int AppendTable(FlatTableObject table)
    {
        var offsets = new SortedDictionary<int, int>();
        int tableBytes = sizeof(int);
        foreach ((int fieldId, int fieldBytes) in table.Scalars.Select(static field => (field.Key, field.Value.Length))
            .Concat(table.References.Select(static field => (field.Key, sizeof(uint)))))
        {
            tableBytes = (tableBytes + fieldBytes - 1) / fieldBytes * fieldBytes;
            offsets.Add(fieldId, tableBytes);
            tableBytes += fieldBytes;
        }

        int vtableBytes = sizeof(ushort) * (2 + (offsets.Count == 0 ? 0 : offsets.Keys.Max() + 1));
        Align(LargestAlignment, vtableBytes);
        int vtable = buffer.Count;
        buffer.AddRange(new byte[vtableBytes + tableBytes]);
        int position = vtable + vtableBytes;
        Patch16(vtable, vtableBytes);
        Patch16(vtable + sizeof(ushort), tableBytes);
        Patch(position, (uint)vtableBytes);
        foreach ((int fieldId, int offset) in offsets)
        {
            Patch16(vtable + (sizeof(ushort) * (2 + fieldId)), offset);
            if (table.Scalars.TryGetValue(fieldId, out byte[]? bytes))
            {
                for (int i = 0; i < bytes.Length; i++)
                {
                    buffer[position + offset + i] = bytes[i];
                }
            }
            else
            {
                pending.Enqueue((table.References[fieldId], position + offset));
            }
        }

        return position;
    }

    private int AppendVector(FlatVectorObject vector)
    {
        Align(Math.Max(vector.ElementBytes, sizeof(uint)), sizeof(uint));
        int position = buffer.Count;
        buffer.AddRange(new byte[sizeof(uint)]);
        Patch(position, (uint)vector.Count);
        buffer.AddRange(vector.Elements);
        if (vector.IsText)
        {
            buffer.Add(0);
        }

        for (int i = 0; i < vector.References.Count; i++)
        {
            pending.Enqueue((vector.References[i], position + (sizeof(uint) * (i + 1))));
        }

        return position;
    }

    /// <summary>Pads so that the byte <paramref name="ahead"/> bytes further on is aligned.</summary>
    private void Align(int alignment, int ahead)
    {
        while ((buffer.Count + ahead) % alignment != 0)
        {
            buffer.Add(0);
        }
    }

    private void Patch(int position, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        for (int i = 0; i < bytes.Length; i++)
        {
            buffer[position + i] = bytes[i];
        }
    }

    private void Patch16(int position, int value)
    {
        buffer[position] = (byte)value;
        buffer[position + 1] = (byte)(value >> 8);
    }
}
