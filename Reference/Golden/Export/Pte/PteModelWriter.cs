using System.Buffers.Binary;
using Google.FlatBuffers;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Export.Pte;

/// <summary>Writes a network as an ExecuTorch program (<c>.pte</c>) of the modelled operators, as the public schema states it.</summary>
/// <remarks>Identifier ET12, extended header, one plan, one chain, constants in a segment after the program, each aligned to 16 bytes.</remarks>
public static class PteModelWriter
{
    private const int InitialBytes = 4096;
    private const int ConstantAlignmentBytes = 16;
    private const int ExtendedHeaderBytes = 24;
    private const int ExtendedHeaderPosition = 8;

    /// <summary>The bytes of the file.</summary>
    /// <exception cref="NotSupportedException">A call has no kernel call in the program format.</exception>
    public static byte[] Write(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var builder = new FlatBufferBuilder(InitialBytes);
        var plan = new PtePlanBuilder(builder);
        int[] inputs = [.. network.Inputs.Take(1).Concat(network.OtherInputs.Where(static other => !other.IsConstant).Select(static other => other.Value)).Select(plan.AddTensor)];
        foreach (NetworkInput constant in network.OtherInputs.Where(static other => other.IsConstant))
        {
            plan.AddConstant(constant.Value, constant.Data);
        }

        foreach (OperatorCall call in network.Calls)
        {
            PteCallWriter.Append(plan, call);
        }

        byte[] constants = Layout(plan.Constants, out ulong[] offsets);
        int planTables = builder.AddTables(plan.Build(network.Name, inputs, [.. network.Outputs.Select(plan.IndexOf)]));
        byte[] programBytes = Finish(builder, planTables, constants.Length, offsets);
        int segmentBase = (programBytes.Length + ConstantAlignmentBytes - 1) / ConstantAlignmentBytes * ConstantAlignmentBytes;
        var file = new byte[segmentBase + constants.Length];
        programBytes.CopyTo(file, 0);
        constants.CopyTo(file, segmentBase);
        Span<byte> header = file.AsSpan(ExtendedHeaderPosition);
        "eh00"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], ExtendedHeaderBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], (ulong)programBytes.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], (ulong)segmentBase);
        return file;
    }

    /// <summary>The program, with room for the extended header between the file identifier and the first table.</summary>
    private static byte[] Finish(FlatBufferBuilder builder, int planTables, long constantBytes, ReadOnlySpan<ulong> constantOffsets)
    {
        builder.StartTable(2);
        builder.AddLong(1, constantBytes, 0);
        int segments = builder.AddTables(builder.EndTable());
        int offsetVector = builder.AddVector(constantOffsets);
        builder.StartTable(2);
        builder.AddOffset(1, offsetVector, 0);
        int constantSegment = builder.EndTable();
        builder.StartTable(6);
        builder.AddOffset(1, planTables, 0);
        builder.AddOffset(4, segments, 0);
        builder.AddOffset(5, constantSegment, 0);
        int program = builder.EndTable();
        builder.Prep(sizeof(long), ExtendedHeaderPosition + ExtendedHeaderBytes);
        builder.Pad(ExtendedHeaderBytes);
        builder.Finish(program, "ET12");
        return builder.SizedByteArray();
    }

    // Index 0 stands for tensors without data.
    private static byte[] Layout(IReadOnlyList<byte[]> constants, out ulong[] offsets)
    {
        offsets = new ulong[constants.Count + 1];
        ulong end = 0;
        for (int i = 0; i < constants.Count; i++)
        {
            offsets[i + 1] = end;
            end += (ulong)((constants[i].Length + ConstantAlignmentBytes - 1) / ConstantAlignmentBytes * ConstantAlignmentBytes);
        }

        var bytes = new byte[end];
        for (int i = 0; i < constants.Count; i++)
        {
            constants[i].CopyTo(bytes, (int)offsets[i + 1]);
        }

        return bytes;
    }
}
