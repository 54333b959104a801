using System.Runtime.InteropServices;
using Google.FlatBuffers;
using TileProof.Golden.Import.Pte;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Export.Pte;

/// <summary>Writes values, operators and instructions of one execution plan, and collects its constants.</summary>
/// <param name="builder">Takes the tables; none may be open. Lists of tables are kept as offsets in it.</param>
internal sealed class PtePlanBuilder(FlatBufferBuilder builder)
{
    private readonly List<int> values = [];
    private readonly List<int> instructions = [];
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

    /// <summary>An operand that the file states.</summary>
    public void AddConstant(TensorInfo value, Tensor data) =>
        tensors.Add(value, AddConstant<byte>(PteScalarType.Float32, data.Bytes, [value.Shape.Batch, value.Shape.Channels, value.Shape.Height, value.Shape.Width]));

    public int AddInt(long value)
    {
        builder.StartTable(1);
        builder.AddLong(0, value, 0);
        return AddValue(2, builder.EndTable());
    }

    public int AddBool(bool value)
    {
        builder.StartTable(1);
        builder.AddBool(0, value, false);
        return AddValue(3, builder.EndTable());
    }

    public int AddDouble(double value)
    {
        builder.StartTable(1);
        builder.AddDouble(0, value, 0);
        return AddValue(4, builder.EndTable());
    }

    public int AddNone()
    {
        builder.StartTable(0);
        return AddValue(1, builder.EndTable());
    }

    public int AddInts(params ReadOnlySpan<long> items)
    {
        var indices = new long[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            indices[i] = AddInt(items[i]);
        }

        int vector = builder.AddVector<long>(indices);
        builder.StartTable(1);
        builder.AddOffset(0, vector, 0);
        return AddValue(7, builder.EndTable());
    }

    /// <summary>A list of tensors, by their indices.</summary>
    public int AddTensorList(params ReadOnlySpan<int> items)
    {
        int vector = builder.AddVector(items);
        builder.StartTable(1);
        builder.AddOffset(0, vector, 0);
        return AddValue(10, builder.EndTable());
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

        int withReturn = builder.AddVector<int>([.. arguments, arguments[^1]]);
        builder.StartTable(2);
        builder.AddInt(0, index, 0);
        builder.AddOffset(1, withReturn, 0);
        instructions.Add(AddUnion(1, builder.EndTable()));
    }

    /// <summary>Writes the plan that holds all that was added.</summary>
    /// <returns>The offset of its table.</returns>
    public int Build(string name, ReadOnlySpan<int> inputIndices, ReadOnlySpan<int> outputIndices)
    {
        int inputs = builder.AddVector(inputIndices);
        int outputs = builder.AddVector(outputIndices);
        int chainInstructions = builder.AddTables(instructions);
        builder.StartTable(3);
        builder.AddOffset(0, inputs, 0);
        builder.AddOffset(1, outputs, 0);
        builder.AddOffset(2, chainInstructions, 0);
        int chains = builder.AddTables(builder.EndTable());
        int operatorTables = builder.AddTables([.. operators.Select(AddOperator)]);
        int valueTables = builder.AddTables(values);
        int nameText = builder.CreateString(name).Value;
        int bufferSizes = builder.AddVector<long>(0, 0);
        builder.StartTable(9);
        builder.AddOffset(0, nameText, 0);
        builder.AddOffset(2, valueTables, 0);
        builder.AddOffset(3, inputs, 0);
        builder.AddOffset(4, outputs, 0);
        builder.AddOffset(5, chains, 0);
        builder.AddOffset(6, operatorTables, 0);
        builder.AddOffset(8, bufferSizes, 0);
        return builder.EndTable();
    }

    private int AddOperator((string Name, string Overload) entry)
    {
        int name = builder.CreateString(entry.Name).Value;
        int overload = builder.CreateString(entry.Overload).Value;
        builder.StartTable(2);
        builder.AddOffset(0, name, 0);
        builder.AddOffset(1, overload, 0);
        return builder.EndTable();
    }

    private int AddTensor(PteScalarType elementType, ReadOnlySpan<int> sizes, int constantIndex)
    {
        var dimensionOrder = new byte[sizes.Length];
        for (int i = 0; i < dimensionOrder.Length; i++)
        {
            dimensionOrder[i] = (byte)i;
        }

        int sizeVector = builder.AddVector(sizes);
        int orderVector = builder.AddVector<byte>(dimensionOrder);
        builder.StartTable(6);
        builder.AddByte(0, (byte)elementType, 0);
        builder.AddOffset(2, sizeVector, 0);
        builder.AddOffset(3, orderVector, 0);
        builder.AddInt(5, constantIndex, 0);
        return AddValue(5, builder.EndTable());
    }

    private int AddValue(byte kind, int table)
    {
        values.Add(AddUnion(kind, table));
        return values.Count - 1;
    }

    private int AddUnion(byte kind, int table)
    {
        builder.StartTable(2);
        builder.AddByte(0, kind, 0);
        builder.AddOffset(1, table, 0);
        return builder.EndTable();
    }
}
