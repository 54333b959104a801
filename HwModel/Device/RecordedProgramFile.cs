using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;

namespace TileProof.HwModel.Device;

/// <summary>Recorded programs as text: a header, then a line for each buffer and each instruction (<c>.tileprogram.jsonl</c>).</summary>
public static class RecordedProgramFile
{
    /// <summary>The value of <c>format</c> in the header.</summary>
    public const string Format = "tileproof-program";

    /// <summary>The version that is written and read.</summary>
    public const int Version = 1;

    /// <summary>The text of a program; lines end in LF.</summary>
    public static string Write(RecordedProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        var text = new StringBuilder();
        var header = new JsonObject { ["format"] = Format, ["version"] = Version, ["layer"] = program.Layer, ["ringDepth"] = program.RingDepth, ["ownDriver"] = program.HasOwnDriver };
        if (program.RingDepths.Any(depth => depth != program.RingDepth))
        {
            header["ringDepths"] = new JsonArray([.. program.RingDepths.Select(static depth => (JsonNode)depth)]);
        }

        Line(header);
        for (int i = 0; i < program.Buffers.Length; i++)
        {
            ProgramBuffer buffer = program.Buffers[i];
            var line = new JsonObject { ["buffer"] = i, ["name"] = buffer.Name, ["role"] = buffer.Role.ToString(), ["bank"] = buffer.Bank, ["offset"] = buffer.OffsetBytes, ["bytes"] = buffer.LengthBytes };
            if (program.ForeignBuffers.Contains(i))
            {
                line["foreign"] = true;
            }

            Line(line);
        }

        int named = 0;
        int overflowed = 0;
        for (int i = 0; i < program.Instructions.Length; i++)
        {
            for (; named < program.Allocations.Length && program.Allocations[named].BeforeInstruction <= i; named++)
            {
                var line = new JsonObject { ["op"] = "Name", ["buffer"] = program.Allocations[named].Buffer };
                AddOrigin(line, program.Allocations[named].Origin);
                Line(line);
            }

            for (; overflowed < program.Overflows.Length && program.Overflows[overflowed].BeforeInstruction <= i; overflowed++)
            {
                RecordedOverflow overflow = program.Overflows[overflowed];
                var line = new JsonObject { ["op"] = "Overflow", ["channel"] = overflow.Channel, ["capacity"] = overflow.Capacity, ["task"] = overflow.IsTask };
                AddOrigin(line, overflow.Origin);
                Line(line);
            }

            Line(Of(program, i));
        }

        return text.ToString();

        void Line(JsonObject line) => text.Append(line.ToJsonString()).Append('\n');
    }

    /// <summary>Reads a program.</summary>
    /// <exception cref="FormatException">A line is not understood; the message names it.</exception>
    public static RecordedProgram Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var reader = new Reader();
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (line.Trim().Length == 0)
            {
                continue;
            }

            try
            {
                reader.Take(JsonNode.Parse(line) as JsonObject ?? throw new FormatException("is no object"));
            }
            catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or ArgumentException or OverflowException)
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"line {number} is no line of a recorded program: {exception.Message.ReplaceLineEndings(" ")}"), exception);
            }
        }

        return reader.Build();
    }

    private static JsonObject Of(RecordedProgram program, int index)
    {
        Instruction i = program.Instructions[index];
        var line = new JsonObject { ["op"] = i.Kind.ToString() };
        switch (i.Kind)
        {
            case InstructionKind.Load or InstructionKind.Store:
                line["channel"] = i.Channel;
                line["purpose"] = i.Purpose.ToString();
                if (program.TaskTransfers.Contains(index))
                {
                    line["task"] = true;
                }

                break;
            case InstructionKind.Wait:
                line["channel"] = i.Channel;
                line["outstanding"] = i.OutstandingCount;
                break;
            case InstructionKind.Poll:
                line["channel"] = i.Channel;
                break;
            case InstructionKind.Fill:
                line["value"] = i.Value;
                line["purpose"] = i.Purpose.ToString();
                break;
            case InstructionKind.Compute:
                line["kernel"] = i.Parameters.Kernel.ToString();
                line["name"] = i.Origin.Pattern;
                line["rows"] = i.Parameters.Rows;
                line["outChannels"] = i.Parameters.OutChannels;
                line["inChannels"] = i.Parameters.InChannels;
                line["elements"] = i.Parameters.Elements;
                line["alignment"] = i.Parameters.AlignmentBytes;
                break;
            case InstructionKind.Begin:
                line["name"] = i.Origin.Pattern;
                break;
            default:
                break;
        }

        if (i.Tile != default)
        {
            line["tile"] = new JsonArray(i.Tile.Image, i.Tile.ChannelTile, i.Tile.RowTile);
        }

        AddRegions(line, "reads", program.ReadsOf(i));
        AddRegions(line, "writes", program.WritesOf(i));
        AddOrigin(line, program.Origins[index]);
        return line;
    }

    private static void AddRegions(JsonObject line, string name, ReadOnlySpan<ProgramRegion> regions)
    {
        if (regions.Length == 0)
        {
            return;
        }

        var list = new JsonArray();
        foreach (ProgramRegion r in regions)
        {
            list.Add(new JsonArray(r.Buffer, r.OffsetBytes, r.RowBytes, r.RowCount, r.RowPitchBytes, r.PlaneCount, r.PlanePitchBytes));
        }

        line[name] = list;
    }

    private static void AddOrigin(JsonObject line, SourceOrigin? origin)
    {
        if (origin is not null)
        {
            line["at"] = new JsonArray([.. origin.Frames.Select(static frame => (JsonNode)new JsonArray(frame.File, frame.Line, frame.Function))]);
        }
    }

    private sealed class Reader
    {
        private readonly ImmutableArray<ProgramBuffer>.Builder buffers = ImmutableArray.CreateBuilder<ProgramBuffer>();
        private readonly ImmutableArray<Instruction>.Builder instructions = ImmutableArray.CreateBuilder<Instruction>();
        private readonly ImmutableArray<ProgramRegion>.Builder regions = ImmutableArray.CreateBuilder<ProgramRegion>();
        private readonly ImmutableArray<SourceOrigin?>.Builder origins = ImmutableArray.CreateBuilder<SourceOrigin?>();
        private readonly ImmutableArray<RecordedAllocation>.Builder allocations = ImmutableArray.CreateBuilder<RecordedAllocation>();
        private readonly ImmutableArray<int>.Builder foreign = ImmutableArray.CreateBuilder<int>();
        private readonly ImmutableArray<RecordedOverflow>.Builder overflows = ImmutableArray.CreateBuilder<RecordedOverflow>();
        private readonly ImmutableHashSet<int>.Builder taskTransfers = ImmutableHashSet.CreateBuilder<int>();
        private string? layer;
        private int ringDepth = 2;
        private ImmutableArray<int> ringDepths = [];
        private bool hasOwnDriver;

        public void Take(JsonObject line)
        {
            if (layer is null)
            {
                if ((string?)line["format"] != Format || (int?)line["version"] != Version)
                {
                    throw new FormatException($"expected the header with format {Format} and version {Version}");
                }

                layer = (string?)line["layer"] ?? throw new FormatException("the header has no layer");
                ringDepth = Number(line, "ringDepth", 1, 4096);
                ringDepths = [.. (line["ringDepths"] as JsonArray ?? []).Select(static depth => (int?)depth is > 0 and <= 4096 ? (int)depth! : throw new FormatException("a ring depth is not 1 to 4096"))];
                hasOwnDriver = (bool?)line["ownDriver"] ?? false;
            }
            else if (line["op"] is null)
            {
                TakeBuffer(line);
            }
            else if ((string?)line["op"] == "Name")
            {
                allocations.Add(new RecordedAllocation(instructions.Count, Number(line, "buffer", 0, buffers.Count - 1), OriginOf(line)));
            }
            else if ((string?)line["op"] == "Overflow")
            {
                overflows.Add(new RecordedOverflow(
                    instructions.Count, Number(line, "channel", 0, DspConfiguration.MaximumDmaChannelCount - 1), Number(line, "capacity", 0, int.MaxValue), (bool?)line["task"] ?? false, OriginOf(line)));
            }
            else
            {
                TakeInstruction(line);
            }
        }

        public RecordedProgram Build()
        {
            if (layer is null || !buffers.Any(static buffer => !buffer.IsLocal && buffer.Name == "output"))
            {
                throw new FormatException(layer is null ? "it is empty" : "no buffer of system memory is called 'output'");
            }

            int count = instructions.Count;
            return new RecordedProgram(
                layer, buffers.DrainToImmutable(), instructions.DrainToImmutable(), regions.DrainToImmutable(), origins.DrainToImmutable(), [.. new uint[count]])
            {
                RingDepth = ringDepth,
                RingDepths = ringDepths,
                TaskTransfers = taskTransfers.ToImmutable(),
                Overflows = overflows.DrainToImmutable(),
                HasOwnDriver = hasOwnDriver,
                Allocations = allocations.DrainToImmutable(),
                ForeignBuffers = foreign.DrainToImmutable(),
            };
        }

        private void TakeBuffer(JsonObject line)
        {
            if (Number(line, "buffer", 0, int.MaxValue) != buffers.Count)
            {
                throw new FormatException($"buffer {buffers.Count} is the next");
            }

            if (line["foreign"] is not null)
            {
                foreign.Add(buffers.Count);
            }

            buffers.Add(new ProgramBuffer(
                (string?)line["name"] ?? throw new FormatException("a buffer has no name"), Choice<BufferRole>(line, "role"), Number(line, "bank", ProgramBuffer.SystemMemory, DspConfiguration.MaximumBankCount - 1), Number(line, "bytes", 0, int.MaxValue))
            {
                OffsetBytes = Number(line, "offset", 0, int.MaxValue),
            });
        }

        private void TakeInstruction(JsonObject line)
        {
            InstructionKind kind = Choice<InstructionKind>(line, "op");
            int first = regions.Count;
            int reads = TakeRegions(line["reads"]);
            int writes = TakeRegions(line["writes"]);
            (int leastReads, int leastWrites) = kind switch
            {
                InstructionKind.Load or InstructionKind.Store => (1, 1),
                InstructionKind.Fill or InstructionKind.WriteBack or InstructionKind.Invalidate => (0, 1),
                _ => (0, 0),
            };
            if (reads < leastReads || writes < leastWrites)
            {
                throw new FormatException($"{kind} lacks a region");
            }

            if ((bool?)line["task"] == true)
            {
                taskTransfers.Add(instructions.Count);
            }

            JsonArray? tile = line["tile"] as JsonArray;
            instructions.Add(new Instruction
            {
                Kind = kind,
                Channel = line["channel"] is null ? 0 : Number(line, "channel", 0, DspConfiguration.MaximumDmaChannelCount - 1),
                OutstandingCount = line["outstanding"] is null ? 0 : Number(line, "outstanding", 0, int.MaxValue),
                Value = line["value"] is null ? (byte)0 : (byte)Number(line, "value", 0, 255),
                Purpose = line["purpose"] is null ? InstructionPurpose.None : Choice<InstructionPurpose>(line, "purpose"),
                Origin = new TransferLabel((string?)line["name"] ?? ""),
                Parameters = kind == InstructionKind.Compute
                    ? new KernelParameters(Choice<ProgramKernel>(line, "kernel"), Number(line, "rows", 0, int.MaxValue), Number(line, "outChannels", 0, int.MaxValue), Number(line, "inChannels", 0, int.MaxValue))
                    {
                        Elements = line["elements"] is null ? 0 : Number(line, "elements", 0, int.MaxValue),
                        AlignmentBytes = line["alignment"] is null ? 0 : Number(line, "alignment", 0, 4096),
                    }
                    : default,
                Tile = tile is null ? default : new TileCoordinates((int)tile[0]!, (int)tile[1]!, (int)tile[2]!),
                FirstRegion = first,
                ReadCount = reads,
                WriteCount = writes,
            });
            origins.Add(OriginOf(line));
        }

        private int TakeRegions(JsonNode? node)
        {
            JsonArray list = node as JsonArray ?? [];
            foreach (JsonNode? item in list)
            {
                int[] n = [.. (item as JsonArray ?? throw new FormatException("a region is no list")).Select(static value => (int)value!)];
                if (n.Length != 7 || n[0] < 0 || n[0] >= buffers.Count || n[2] < 0 || n[3] < 1 || n[5] < 1)
                {
                    throw new FormatException("a region is no list of buffer, offset, row bytes, rows, row pitch, planes, plane pitch");
                }

                regions.Add(new ProgramRegion(n[0], n[1], n[2], n[3], n[4], n[5], n[6]));
            }

            return list.Count;
        }

        private static SourceOrigin? OriginOf(JsonObject line)
        {
            if (line["at"] is not JsonArray frames || frames.Count == 0)
            {
                return null;
            }

            return new SourceOrigin([.. frames.Select(static frame => frame is JsonArray { Count: 3 } one
                ? new SourceFrame((string)one[0]!, (int)one[1]!, (string)one[2]!)
                : throw new FormatException("a place is no list of file, line and function"))]);
        }

        private static int Number(JsonObject line, string field, int least, int most)
        {
            int value = (int?)line[field] ?? throw new FormatException($"'{field}' is missing");
            return value >= least && value <= most ? value : throw new FormatException($"'{field}' is {value}, expected {least} to {most}");
        }

        private static TChoice Choice<TChoice>(JsonObject line, string field)
            where TChoice : struct, Enum =>
            Enum.TryParse((string?)line[field], out TChoice choice) && Enum.IsDefined(choice) ? choice : throw new FormatException($"'{field}' is not known: {line[field]}");
    }
}
