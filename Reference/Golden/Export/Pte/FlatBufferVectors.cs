using System.Runtime.CompilerServices;
using Google.FlatBuffers;

namespace TileProof.Golden.Export.Pte;

/// <summary>Vectors in a flatbuffer that is written children first, as <see cref="FlatBufferBuilder"/> wants it. All return offsets.</summary>
internal static class FlatBufferVectors
{
    /// <summary>A vector of scalars.</summary>
    public static int AddVector<T>(this FlatBufferBuilder builder, params ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        int elementBytes = Unsafe.SizeOf<T>();
        builder.StartVector(elementBytes, elements.Length, elementBytes);
        builder.Add(elements.ToArray());
        return builder.EndVector().Value;
    }

    /// <summary>A vector of tables that have been written.</summary>
    public static int AddTables(this FlatBufferBuilder builder, params IReadOnlyList<int> tables)
    {
        builder.StartVector(sizeof(int), tables.Count, sizeof(int));
        for (int i = tables.Count - 1; i >= 0; i--)
        {
            builder.AddOffset(tables[i]);
        }

        return builder.EndVector().Value;
    }
}
