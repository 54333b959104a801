using System.Collections.Immutable;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Programs;

/// <summary>Takes the instructions of a writer in order and makes the list.</summary>
internal sealed class TileProgramBuilder : IInstructionReader
{
    /// <summary>Longer lists are not kept, 8 MB: there are few of them.</summary>
    private const int LongestKept = 1 << 16;

    private readonly IInstructionReader? reader;
    private readonly ImmutableArray<ProgramBuffer>.Builder buffers = ImmutableArray.CreateBuilder<ProgramBuffer>();
    private readonly List<Instruction> instructions;
    private readonly List<ProgramRegion> regions;

    /// <summary>Lists that the last builder of this thread has grown: programs come by the thousand, and lists that double leave more behind than programs take.</summary>
    [ThreadStatic]
    private static (List<Instruction> Instructions, List<ProgramRegion> Regions)? grown;

    /// <summary>Makes a builder of a list.</summary>
    public TileProgramBuilder()
    {
        (instructions, regions) = grown ?? ([], []);
        grown = null;
    }

    /// <summary>Makes a builder that keeps no list but hands every instruction on.</summary>
    public TileProgramBuilder(IInstructionReader reader)
    {
        this.reader = reader;
        (instructions, regions) = ([], []);
    }

    /// <summary>Names a buffer; returns its number.</summary>
    public int Buffer(string name, BufferRole role, int bank, int lengthBytes)
    {
        buffers.Add(new ProgramBuffer(name, role, bank, lengthBytes));
        return buffers.Count - 1;
    }

    /// <summary>Names a tensor in system memory; tensors come before other buffers.</summary>
    public int Tensor(string name, BufferRole role, int lengthBytes) => Buffer(name, role, ProgramBuffer.SystemMemory, lengthBytes);

    /// <summary>Names a part of a buffer, at any byte; returns its number.</summary>
    public int Part(int parent, string name, BufferRole role, int offsetBytes, int lengthBytes)
    {
        buffers.Add(new ProgramBuffer(name, role, buffers[parent].Bank, lengthBytes) { Parent = parent, OffsetBytes = offsetBytes });
        return buffers.Count - 1;
    }

    /// <summary>All bytes of a buffer.</summary>
    public ProgramRegion Whole(int buffer) => ProgramRegion.Linear(buffer, 0, buffers[buffer].LengthBytes);

    public void Begin(string kernel, int image) =>
        Read(new Instruction { Kind = InstructionKind.Begin, Origin = new TransferLabel(kernel), Tile = new TileCoordinates(image, 0, 0) }, [], []);

    public void End() => Read(new Instruction { Kind = InstructionKind.End }, [], []);

    public void Refuse(string kernel, string reason) =>
        Read(new Instruction { Kind = InstructionKind.Refuse, Origin = new TransferLabel(kernel), Reason = reason }, [], []);

    public void Load(int channel, InstructionPurpose purpose, in ProgramRegion source, in ProgramRegion destination, TransferLabel origin) =>
        Read(new Instruction { Kind = InstructionKind.Load, Purpose = purpose, Channel = channel, Origin = origin }, [source], [destination]);

    public void Store(int channel, in ProgramRegion source, in ProgramRegion destination, TransferLabel origin) =>
        Read(new Instruction { Kind = InstructionKind.Store, Purpose = InstructionPurpose.Output, Channel = channel, Origin = origin }, [source], [destination]);

    public void Wait(int channel, int outstandingCount = 0) =>
        Read(new Instruction { Kind = InstructionKind.Wait, Channel = channel, OutstandingCount = outstandingCount }, [], []);

    /// <summary>Adds a fill unless it has no bytes.</summary>
    public void Fill(in ProgramRegion region, byte value, InstructionPurpose purpose)
    {
        if (region.TotalBytes != 0)
        {
            Read(new Instruction { Kind = InstructionKind.Fill, Purpose = purpose, Value = value }, [], [region]);
        }
    }

    public void Compute(string kernel, in KernelParameters parameters, TileCoordinates tile, ReadOnlySpan<ProgramRegion> reads, ReadOnlySpan<ProgramRegion> writes) =>
        Read(new Instruction { Kind = InstructionKind.Compute, Origin = new TransferLabel(kernel), Parameters = parameters, Tile = tile }, reads, writes);

    /// <summary>Writes the cache back.</summary>
    public void WriteBack(in ProgramRegion region) =>
        Read(new Instruction { Kind = InstructionKind.WriteBack, Purpose = buffers[region.Buffer].Role.PurposeOfWriteBack() }, [], [region]);

    public void Invalidate(in ProgramRegion region) => Read(new Instruction { Kind = InstructionKind.Invalidate }, [], [region]);

    public void Tile(TileCoordinates tile) => Read(new Instruction { Kind = InstructionKind.Tile, Tile = tile }, [], []);

    /// <summary>The program; the builder is empty afterwards.</summary>
    public TileProgram Build(string layer, CallPlan plan)
    {
        var program = new TileProgram(layer, plan, buffers.DrainToImmutable(), [.. instructions], [.. regions]);
        instructions.Clear();
        regions.Clear();
        grown = instructions.Capacity <= LongestKept ? (instructions, regions) : null;
        return program;
    }

    /// <summary>Names the buffers of another program, under the same numbers.</summary>
    public void BuffersOf(TileProgram program) => buffers.AddRange(program.Buffers);

    /// <inheritdoc/>
    public void Read(in Instruction instruction, ReadOnlySpan<ProgramRegion> reads, ReadOnlySpan<ProgramRegion> writes)
    {
        if (reader is not null)
        {
            reader.Read(instruction, reads, writes);
            return;
        }

        instructions.Add(instruction with { FirstRegion = regions.Count, ReadCount = reads.Length, WriteCount = writes.Length });
        regions.AddRange(reads);
        regions.AddRange(writes);
    }
}
