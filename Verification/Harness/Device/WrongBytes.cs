using System.Globalization;
using TileProof.HwModel.Device;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators;

namespace TileProof.Verification.Device;

/// <summary>Finds who made a wrong byte of the output: the transfer that stored it, and the kernel that computed what it stored.</summary>
internal static class WrongBytes
{
    /// <summary>The finding of the first wrong byte.</summary>
    /// <param name="program">What the program did.</param>
    /// <param name="shape">The shape of the output.</param>
    /// <param name="elementBytes">Bytes of an element.</param>
    /// <param name="offset">The first wrong byte.</param>
    /// <param name="expected">What it should be.</param>
    /// <param name="actual">What it is.</param>
    /// <param name="differing">Wrong bytes in all.</param>
    /// <param name="name">The case.</param>
    public static DeviceFinding Describe(RecordedProgram program, TensorShape shape, int elementBytes, int offset, byte expected, byte actual, int differing, string name)
    {
        int output = Enumerable.Range(0, program.Buffers.Length).Last(index => !program.Buffers[index].IsLocal && program.Buffers[index].Name == "output");
        int writer = LastWriterOf(program, program.Instructions.Length, output, offset);
        int maker = writer;
        if (writer >= 0 && program.Instructions[writer].Kind == InstructionKind.Store)
        {
            ProgramRegion source = program.ReadsOf(program.Instructions[writer])[0];
            maker = LastWriterOf(program, writer, source.Buffer, OffsetInSource(program, writer, offset));
            maker = maker >= 0 ? maker : writer;
        }

        string cause = writer >= 0 && IsLostInTheCache(program, writer, output, offset)
            ? "; the core wrote it and nothing wrote it back before the driver drops the output's lines: call xthal_dcache_region_writeback on what the core writes"
            : "";
        int element = offset / elementBytes;
        string place = string.Create(
            CultureInfo.InvariantCulture,
            $"[{element / shape.ImageElementCount}, {element / (shape.Height * shape.Width) % shape.Channels}, {element / shape.Width % shape.Height}, {element % shape.Width}]");
        TileCoordinates? tile = maker >= 0 ? program.Instructions[maker].Tile : null;
        return new DeviceFinding
        {
            Rule = "wrong-bytes",
            Message = string.Create(
                CultureInfo.InvariantCulture,
                $"{differing:N0} of {shape.ElementCount * elementBytes:N0} bytes of the output differ and no hazard explains it; the first is at {place}: expected {(elementBytes == 1 ? (sbyte)expected : expected)}, got {(elementBytes == 1 ? (sbyte)actual : actual)}{(tile is { } known ? $", tile {known}" : ", which nothing wrote")}{cause}"),
            Origin = maker >= 0 ? program.Origins[maker] : null,
            OtherOrigin = writer >= 0 && writer != maker ? program.Origins[writer] : null,
            FirstCase = name,
        };
    }

    /// <summary>Whether the core wrote a byte of system memory last, and its line is dropped before it was written back.</summary>
    private static bool IsLostInTheCache(RecordedProgram program, int writer, int buffer, int offset)
    {
        if (program.Instructions[writer].Kind == InstructionKind.Store)
        {
            return false;
        }

        for (int i = writer + 1; i < program.Instructions.Length; i++)
        {
            Instruction instruction = program.Instructions[i];
            if (instruction.Kind is InstructionKind.WriteBack or InstructionKind.Invalidate
                && program.WritesOf(instruction)[0] is var region && region.Buffer == buffer && IndexOf(region, offset) >= 0)
            {
                return instruction.Kind == InstructionKind.Invalidate;
            }
        }

        return false;
    }

    private static int LastWriterOf(RecordedProgram program, int before, int buffer, int offset)
    {
        for (int i = before - 1; i >= 0; i--)
        {
            if (program.Instructions[i].Kind is not (InstructionKind.WriteBack or InstructionKind.Invalidate))
            {
                foreach (ProgramRegion region in program.WritesOf(program.Instructions[i]))
                {
                    if (region.Buffer == buffer && IndexOf(region, offset) >= 0)
                    {
                        return i;
                    }
                }
            }
        }

        return -1;
    }

    private static int OffsetInSource(RecordedProgram program, int store, int offset)
    {
        ProgramRegion source = program.ReadsOf(program.Instructions[store])[0];
        ProgramRegion destination = program.WritesOf(program.Instructions[store])[0];
        long index = IndexOf(destination, offset);
        long row = index / source.RowBytes;
        return (int)(source.OffsetBytes + (row / source.RowCount * source.PlanePitchBytes) + (row % source.RowCount * source.RowPitchBytes) + (index % source.RowBytes));
    }

    /// <summary>Which byte of a region lies at an offset of its buffer; -1 for none.</summary>
    private static long IndexOf(in ProgramRegion region, int offset)
    {
        for (int plane = 0; plane < region.PlaneCount; plane++)
        {
            for (int row = 0; row < region.RowCount; row++)
            {
                long first = region.OffsetBytes + ((long)plane * region.PlanePitchBytes) + ((long)row * region.RowPitchBytes);
                if (offset >= first && offset < first + region.RowBytes)
                {
                    return ((((long)plane * region.RowCount) + row) * region.RowBytes) + (offset - first);
                }
            }
        }

        return -1;
    }
}
