using System.Collections.Immutable;
using TileProof.HwModel.Programs;

namespace TileProof.HwModel.Device;

/// <summary>What a device program did, as instructions with the lines that they come from.</summary>
/// <remarks>Buffers are the tensors, then what it uses of the banks and of its own variables, at offsets from the start of the bank or of system memory.</remarks>
public sealed class RecordedProgram : InstructionList
{
    internal RecordedProgram(
        string layer,
        ImmutableArray<ProgramBuffer> buffers,
        ImmutableArray<Instruction> instructions,
        ImmutableArray<ProgramRegion> regions,
        ImmutableArray<SourceOrigin?> origins,
        ImmutableArray<uint> addresses)
        : base(layer, buffers, instructions, regions)
    {
        Origins = origins;
        Addresses = addresses;
    }

    /// <summary>Descriptors that a channel's ring holds, as the program set it up.</summary>
    public int RingDepth { get; init; } = 2;

    /// <summary>Descriptors that the ring of each channel holds; empty where all hold <see cref="RingDepth"/>.</summary>
    public ImmutableArray<int> RingDepths { get; init; } = [];

    /// <summary>The transfers, by their instructions, whose descriptors belong to tasks: they take no place of a ring.</summary>
    public ImmutableHashSet<int> TaskTransfers { get; init; } = [];

    /// <summary>Descriptors that tasks and rings had no room for, in order.</summary>
    public ImmutableArray<RecordedOverflow> Overflows { get; init; } = [];

    /// <summary>The buffers that are variables of the program in neither bank nor tensor, by their numbers.</summary>
    public ImmutableArray<int> ForeignBuffers { get; init; } = [];

    /// <summary>Whether the driver of the operator is part of the program.</summary>
    public bool HasOwnDriver { get; init; }

    /// <summary>The buffers that the program named, in order.</summary>
    public ImmutableArray<RecordedAllocation> Allocations { get; init; } = [];

    /// <summary>The origin of each instruction; null for the driver's part.</summary>
    public ImmutableArray<SourceOrigin?> Origins { get; }

    /// <summary>The return address of each instruction's call or access; 0 for the driver's part and the return.</summary>
    internal ImmutableArray<uint> Addresses { get; }

    /// <summary>For each instruction, how many events of the run came before it; empty for a program that was read from a file.</summary>
    internal ImmutableArray<int> EventIndexes { get; init; } = [];

    /// <summary>The same with some of its instructions and with tensors at other places, without lines: for a comparison with a program that has another driver.</summary>
    /// <param name="kept">The instructions that stay, in order.</param>
    /// <param name="buffers">The buffers, in the same order.</param>
    public RecordedProgram Only(IReadOnlyList<int> kept, ImmutableArray<ProgramBuffer> buffers)
    {
        ArgumentNullException.ThrowIfNull(kept);
        return new RecordedProgram(Layer, buffers, [.. kept.Select(index => Instructions[index])], Regions, [.. kept.Select(static _ => (SourceOrigin?)null)], [.. kept.Select(static _ => 0u)])
        {
            RingDepth = RingDepth,
            Allocations = [.. Allocations.Select(one => new RecordedAllocation(kept.Count(index => index < one.BeforeInstruction), one.Buffer, null))],
        };
    }

    /// <summary>Descriptors that the ring of a channel holds.</summary>
    public int RingDepthOf(int channel) => channel < RingDepths.Length ? RingDepths[channel] : RingDepth;

    /// <summary>What an instruction reads and writes.</summary>
    public ReadOnlySpan<ProgramRegion> RegionsOf(in Instruction instruction) => Regions.AsSpan(instruction.FirstRegion, instruction.ReadCount + instruction.WriteCount);
}
