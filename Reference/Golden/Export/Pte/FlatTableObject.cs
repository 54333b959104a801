using System.Buffers.Binary;

namespace TileProof.Golden.Export.Pte;

/// <summary>A table: scalars and references by the field ids of the schema. Fields left out read as their default.</summary>
internal sealed class FlatTableObject : FlatObject
{
    private readonly SortedDictionary<int, byte[]> scalars = [];
    private readonly SortedDictionary<int, FlatObject> references = [];

    public IReadOnlyDictionary<int, byte[]> Scalars => scalars;

    public IReadOnlyDictionary<int, FlatObject> References => references;

    public FlatTableObject UInt8(int fieldId, byte value) => Scalar(fieldId, [value]);

    public FlatTableObject Int32(int fieldId, int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Scalar(fieldId, bytes);
    }

    public FlatTableObject Int64(int fieldId, long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Scalar(fieldId, bytes);
    }

    public FlatTableObject Float64(int fieldId, double value) => Int64(fieldId, BitConverter.DoubleToInt64Bits(value));

    public FlatTableObject Reference(int fieldId, FlatObject child)
    {
        references.Add(fieldId, child);
        return this;
    }

    private FlatTableObject Scalar(int fieldId, byte[] bytes)
    {
        scalars.Add(fieldId, bytes);
        return this;
    }
}
