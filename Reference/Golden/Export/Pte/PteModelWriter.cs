using System.Buffers.Binary;
using TileProof.Operators;

namespace TileProof.Golden.Export.Pte;

/// <summary>Writes a network as an ExecuTorch program (<c>.pte</c>) of the modelled operators, as the public schema states it.</summary>
/// <remarks>Identifier ET12, extended header, one plan, one chain, constants in a segment after the program, each aligned to 16 bytes.</remarks>
public static class PteModelWriter
{
    private const int ConstantAlignmentBytes = 16;
    private const int ExtendedHeaderBytes = 24;
    private const int ExtendedHeaderPosition = 8;

    /// <summary>The bytes of the file.</summary>
    /// <exception cref="NotSupportedException">A call has no kernel call in the program format.</exception>
    public static byte[] Write(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var plan = new PtePlanBuilder();
        int input = plan.AddTensor(network.Input);
        foreach (OperatorCall call in network.Calls)
        {
            PteCallWriter.Append(plan, call);
        }

        byte[] constants = Layout(plan.Constants, out ulong[] offsets);
        FlatTableObject program = new FlatTableObject()
            .Int32(0, 0)
            .Reference(1, FlatVectorObject.Of([plan.Build(network.Name, input, plan.IndexOf(network.Output))]))
            .Reference(4, FlatVectorObject.Of([new FlatTableObject().Int64(0, 0).Int64(1, constants.Length)]))
            .Reference(5, new FlatTableObject().Int32(0, 0).Reference(1, FlatVectorObject.Of<ulong>(offsets)));
        byte[] head = [.. "ET12"u8, .. "eh00"u8, .. new byte[ExtendedHeaderBytes - sizeof(uint)]];
        byte[] programBytes = FlatBufferWriter.Write(program, head);
        int segmentBase = (programBytes.Length + ConstantAlignmentBytes - 1) / ConstantAlignmentBytes * ConstantAlignmentBytes;
        var file = new byte[segmentBase + constants.Length];
        programBytes.CopyTo(file, 0);
        constants.CopyTo(file, segmentBase);
        Span<byte> header = file.AsSpan(ExtendedHeaderPosition);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], ExtendedHeaderBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], (ulong)programBytes.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], (ulong)segmentBase);
        return file;
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
