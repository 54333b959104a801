using System.Runtime.InteropServices;
using TileProof.Golden.Import.Pte;
using TileProof.Operators;

namespace TileProof.Golden.Export.Pte;

/// <summary>Collects values, operators, instructions and constants of one execution plan.</summary>
internal sealed class PtePlanBuilder
{
    private readonly List<FlatObject> values = [];
    private readonly List<FlatObject> instructions = [];
    private readonly List<(string Name, string Overload)> operators = [];
    private readonly Dictionary<TensorInfo, int> tensors = [];
    private readonly List<byte[]> constants = [];

    public IReadOnlyList<byte[]> Constants => constants;

    public int IndexOf(TensorInfo value) => tensors[value];

    public int AddTensor(TensorInfo value)
    {
        PteScalarType elementType = value.ElementType == ElementType.Int8 ? PteScalarType.Int8 : PteScalarType.Float32;
        int index = AddTensor(elementType, [value.Shape.Batch, value.Shape.Channels, value.Shape.Height, value.Shape.Width], constantIndex: 0);
        tensors.Add(value, index);
        return index;
    }

    /// <summary>A tensor that holds other results than values of the network, such as the indices of a max pooling.</summary>
    public int AddScratch(PteScalarType elementType, TensorShape shape) =>
        AddTensor(elementType, [shape.Batch, shape.Channels, shape.Height, shape.Width], constantIndex: 0);

    public int AddConstant<T>(PteScalarType elementType, ReadOnlySpan<T> elements, params ReadOnlySpan<int> sizes)
        where T : unmanaged
    {
        constants.Add(MemoryMarshal.AsBytes(elements).ToArray());
        return AddTensor(elementType, sizes, constants.Count);
    }

    public int AddInt(long value) => AddValue(2, new FlatTableObject().Int64(0, value));

    public int AddBool(bool value) => AddValue(3, new FlatTableObject().UInt8(0, value ? (byte)1 : (byte)0));

    public int AddDouble(double value) => AddValue(4, new FlatTableObject().Float64(0, value));

    public int AddNone() => AddValue(1, new FlatTableObject());

    public int AddInts(params ReadOnlySpan<long> items)
    {
        var indices = new long[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            indices[i] = AddInt(items[i]);
        }

        return AddValue(7, new FlatTableObject().Reference(0, FlatVectorObject.Of<long>(indices)));
    }

    /// <summary>Adds a call; its last argument, the output, is repeated as the returned value, as exporters do.</summary>
    public void AddCall(string operatorName, string overload, params ReadOnlySpan<int> arguments)
    {
        int index = operators.IndexOf((operatorName, overload));
        if (index < 0)
        {
            index = operators.Count;
            operators.Add((operatorName, overload));
        }

        int[] withReturn = [.. arguments, arguments[^1]];
        FlatTableObject call = new FlatTableObject().Int32(0, index).Reference(1, FlatVectorObject.Of<int>(withReturn));
        instructions.Add(new FlatTableObject().UInt8(0, 1).Reference(1, call));
    }

    public FlatTableObject Build(string name, int input, int output)
    {
        FlatTableObject chain = new FlatTableObject()
            .Reference(0, FlatVectorObject.Of<int>(input))
            .Reference(1, FlatVectorObject.Of<int>(output))
            .Reference(2, FlatVectorObject.Of(instructions));
        FlatObject[] operatorTables = [.. operators.Select(static entry =>
            new FlatTableObject().Reference(0, FlatVectorObject.Text(entry.Name)).Reference(1, FlatVectorObject.Text(entry.Overload)))];
        return new FlatTableObject()
            .Reference(0, FlatVectorObject.Text(name))
            .Reference(2, FlatVectorObject.Of(values))
            .Reference(3, FlatVectorObject.Of<int>(input))
            .Reference(4, FlatVectorObject.Of<int>(output))
            .Reference(5, FlatVectorObject.Of([chain]))
            .Reference(6, FlatVectorObject.Of(operatorTables))
            .Reference(8, FlatVectorObject.Of<long>(0, 0));
    }

    private int AddTensor(PteScalarType elementType, ReadOnlySpan<int> sizes, int constantIndex)
    {
        var dimensionOrder = new byte[sizes.Length];
        for (int i = 0; i < dimensionOrder.Length; i++)
        {
            dimensionOrder[i] = (byte)i;
        }

        return AddValue(5, new FlatTableObject()
            .UInt8(0, (byte)elementType)
            .Int32(1, 0)
            .Reference(2, FlatVectorObject.Of<int>(sizes))
            .Reference(3, FlatVectorObject.Of<byte>(dimensionOrder))
            .Int32(5, constantIndex));
    }

    private int AddValue(byte kind, FlatTableObject value)
    {
        values.Add(new FlatTableObject().UInt8(0, kind).Reference(1, value));
        return values.Count - 1;
    }
}
