using System.Buffers.Binary;
using Google.FlatBuffers;
using TileProof.Golden.Import.Pte;

namespace TileProof.Tests.Import;

/// <summary>Writes plans as files with details that the product's own writer never writes: several methods, constants inside the program, tensors with more than a type and sizes.</summary>
internal sealed class PteBytes
{
    private readonly FlatBufferBuilder builder = new(1024);
    private readonly List<byte[]> constants = [];

    /// <summary>Whether constants lie in the program, as in older files, and no extended header is written.</summary>
    public bool IsInline { get; init; }

    /// <summary>What a value has beside a type and sizes, by its index.</summary>
    public Dictionary<int, TensorDetail> Details { get; } = [];

    /// <summary>Instructions of other kinds, written before the calls.</summary>
    public IReadOnlyList<byte> OtherInstructions { get; init; } = [];

    /// <summary>Details of a tensor of the file.</summary>
    /// <param name="DimensionOrder">null for the usual one.</param>
    /// <param name="Dynamism">0 fixed, 1 bounded, 2 known to a run only.</param>
    /// <param name="ExternalName">The name of data outside the program; null for data inside.</param>
    /// <param name="ScalarType">In place of the tensor's own.</param>
    /// <param name="StorageOffset">Elements before the first.</param>
    internal sealed record TensorDetail(byte[]? DimensionOrder = null, byte Dynamism = 0, string? ExternalName = null, byte? ScalarType = null, int StorageOffset = 0);

    public byte[] Write(params PtePlan[] plans)
    {
        int planTables = Tables([.. plans.Select(Plan)]);
        int buffers = IsInline ? Tables([Buffer([]), .. constants.Select(Buffer)]) : 0;
        ulong[] offsets = new ulong[constants.Count + 1];
        var data = new List<byte>();
        for (int i = 0; i < constants.Count; i++)
        {
            offsets[i + 1] = (ulong)data.Count;
            data.AddRange(constants[i]);
        }

        builder.StartTable(2);
        builder.AddUlong(1, (ulong)data.Count, 0);
        int segments = IsInline ? 0 : Tables([builder.EndTable()]);
        if (IsInline)
        {
            builder.EndTable();
        }

        int offsetVector = Longs(Array.ConvertAll(offsets, static offset => (long)offset));
        builder.StartTable(2);
        builder.AddOffset(1, offsetVector, 0);
        int constantSegment = builder.EndTable();
        builder.StartTable(6);
        builder.AddOffset(1, planTables, 0);
        if (IsInline)
        {
            builder.AddOffset(2, buffers, 0);
        }
        else
        {
            builder.AddOffset(4, segments, 0);
            builder.AddOffset(5, constantSegment, 0);
        }

        int program = builder.EndTable();
        builder.Prep(8, 32);
        builder.Pad(24);
        builder.Finish(program, "ET12");
        byte[] bytes = builder.SizedByteArray();
        if (IsInline)
        {
            return bytes;
        }

        "eh00"u8.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), 24);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), (ulong)bytes.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), (ulong)bytes.Length);
        return [.. bytes, .. data];
    }

    private int Plan(PtePlan plan)
    {
        int values = Tables([.. plan.Values.Select((value, index) => Value(value, Details.GetValueOrDefault(index) ?? new TensorDetail()))]);
        string[] names = [.. plan.Calls.Where(static call => !call.IsDelegate).Select(static call => call.Operator).Distinct()];
        string[] backends = [.. plan.Calls.Where(static call => call.IsDelegate).Select(static call => call.Operator).Distinct()];
        int operators = Tables([.. names.Select(name => Texts(name, "out"))]);
        int delegates = Tables([.. backends.Select(name => Texts(name))]);
        int instructions = Tables(
        [
            .. OtherInstructions.Select(kind => Union(kind, Empty())),
            .. plan.Calls.Select(call => Union(call.IsDelegate ? (byte)2 : (byte)1, Call(Array.IndexOf(call.IsDelegate ? backends : names, call.Operator), call.Arguments))),
        ]);
        builder.StartTable(3);
        builder.AddOffset(2, instructions, 0);
        int chains = Tables([builder.EndTable()]);
        int inputs = Ints(plan.Inputs);
        int outputs = Ints(plan.Outputs);
        int planName = builder.CreateString(plan.Name).Value;
        builder.StartTable(8);
        builder.AddOffset(0, planName, 0);
        builder.AddOffset(2, values, 0);
        builder.AddOffset(3, inputs, 0);
        builder.AddOffset(4, outputs, 0);
        builder.AddOffset(5, chains, 0);
        builder.AddOffset(6, operators, 0);
        builder.AddOffset(7, delegates, 0);
        return builder.EndTable();
    }

    private int Value(PteValue value, TensorDetail detail)
    {
        switch (value)
        {
            case PteValue.Int number:
                builder.StartTable(1);
                builder.AddLong(0, number.Value, 0);
                return Union(2, builder.EndTable());
            case PteValue.Bool truth:
                builder.StartTable(1);
                builder.AddBool(0, truth.Value, false);
                return Union(3, builder.EndTable());
            case PteValue.Double real:
                builder.StartTable(1);
                builder.AddDouble(0, real.Value, 0);
                return Union(4, builder.EndTable());
            case PteValue.Tensor tensor:
                return Union(5, Tensor(tensor, detail));
            case PteValue.Other:
                return Union(6, Texts("none"));
            case PteValue.IntList list:
                return Union(7, List(Longs(list.ValueIndices)));
            case PteValue.TensorList list:
                return Union(11, List(Ints(list.ValueIndices)));
            default:
                return Union(1, Empty());
        }
    }

    private int Tensor(PteValue.Tensor tensor, TensorDetail detail)
    {
        if (tensor.Data is { } data)
        {
            constants.Add(data.ToArray());
        }

        int sizes = Ints(tensor.Sizes);
        byte[] order = detail.DimensionOrder ?? [.. Enumerable.Range(0, tensor.Sizes.Length).Select(static axis => (byte)axis)];
        builder.StartVector(1, order.Length, 1);
        for (int i = order.Length - 1; i >= 0; i--)
        {
            builder.AddByte(order[i]);
        }

        int orderVector = builder.EndVector().Value;
        int extra = 0;
        if (detail.ExternalName is { } name)
        {
            int text = builder.CreateString(name).Value;
            builder.StartTable(3);
            builder.AddOffset(1, text, 0);
            builder.AddByte(2, 1, 0);
            extra = builder.EndTable();
        }

        builder.StartTable(10);
        builder.AddByte(0, detail.ScalarType ?? (byte)tensor.ElementType, 0);
        builder.AddInt(1, detail.StorageOffset, 0);
        builder.AddOffset(2, sizes, 0);
        builder.AddOffset(3, orderVector, 0);
        builder.AddUint(5, tensor.Data is null ? 0 : (uint)constants.Count, 0);
        builder.AddByte(8, detail.Dynamism, 0);
        if (extra > 0)
        {
            builder.AddOffset(9, extra, 0);
        }

        return builder.EndTable();
    }

    private int Call(int index, int[] arguments)
    {
        int vector = Ints(arguments);
        builder.StartTable(2);
        builder.AddInt(0, index, 0);
        builder.AddOffset(1, vector, 0);
        return builder.EndTable();
    }

    private int Buffer(byte[] bytes)
    {
        builder.StartVector(1, bytes.Length, 16);
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            builder.AddByte(bytes[i]);
        }

        return List(builder.EndVector().Value);
    }

    private int Texts(params string[] texts)
    {
        int[] offsets = [.. texts.Select(text => builder.CreateString(text).Value)];
        builder.StartTable(texts.Length);
        for (int i = 0; i < offsets.Length; i++)
        {
            builder.AddOffset(i, offsets[i], 0);
        }

        return builder.EndTable();
    }

    private int Empty()
    {
        builder.StartTable(0);
        return builder.EndTable();
    }

    private int List(int vector)
    {
        builder.StartTable(1);
        builder.AddOffset(0, vector, 0);
        return builder.EndTable();
    }

    private int Union(byte kind, int table)
    {
        builder.StartTable(2);
        builder.AddByte(0, kind, 0);
        builder.AddOffset(1, table, 0);
        return builder.EndTable();
    }

    private int Ints(int[] items)
    {
        builder.StartVector(4, items.Length, 4);
        for (int i = items.Length - 1; i >= 0; i--)
        {
            builder.AddInt(items[i]);
        }

        return builder.EndVector().Value;
    }

    private int Longs(long[] items)
    {
        builder.StartVector(8, items.Length, 8);
        for (int i = items.Length - 1; i >= 0; i--)
        {
            builder.AddLong(items[i]);
        }

        return builder.EndVector().Value;
    }

    private int Tables(int[] tables)
    {
        builder.StartVector(4, tables.Length, 4);
        for (int i = tables.Length - 1; i >= 0; i--)
        {
            builder.AddOffset(tables[i]);
        }

        return builder.EndVector().Value;
    }
}
