using System.Runtime.InteropServices;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Programs;

/// <summary>Rewrites a program for a machine that has fewer means than the modelled one: one DMA channel, smaller descriptors, a ring of one, no cache.</summary>
/// <remarks>
/// Writers assume two channels, descriptors of planes of rows, and a write-back cache. A transfer that one descriptor cannot describe
/// becomes several, in order. A wait lets as many descriptors be under way as make up the transfers that it let be under way before, and
/// where the ring would be full the program waits for a place. What the machine can do as it is stays as it was written.
/// </remarks>
internal sealed class MachineLowering(DspConfiguration machine, IInstructionReader target) : IInstructionReader
{
    /// <summary>The rings that writers count on.</summary>
    private const int WrittenRingDepth = 2;

    /// <summary>For each channel of the written program, the number of the last descriptor of each transfer on the channel of the machine.</summary>
    private readonly List<int>[] lastDescriptors = [.. Enumerable.Range(0, DspConfiguration.MaximumDmaChannelCount).Select(static _ => new List<int>())];
    private readonly int[] issued = new int[DspConfiguration.MaximumDmaChannelCount];
    private readonly int[] retired = new int[DspConfiguration.MaximumDmaChannelCount];

    /// <summary>The program for a machine; the same one where nothing is to change.</summary>
    public static TileProgram Of(TileProgram program, DspConfiguration machine)
    {
        if (RunsAsWritten(machine))
        {
            return program;
        }

        var builder = new TileProgramBuilder();
        builder.BuffersOf(program);
        program.ReadBy(new MachineLowering(machine, builder));
        return builder.Build(program.Layer, program.Plan);
    }

    /// <summary>Takes a program as it is written and hands it on as the machine takes it.</summary>
    public static IInstructionReader Before(IInstructionReader reader, DspConfiguration machine) =>
        RunsAsWritten(machine) ? reader : new MachineLowering(machine, reader);

    public void Read(in Instruction instruction, ReadOnlySpan<ProgramRegion> reads, ReadOnlySpan<ProgramRegion> writes)
    {
        switch (instruction.Kind)
        {
            case InstructionKind.Load or InstructionKind.Store:
                Transfer(instruction, reads[0], writes[0]);
                break;
            case InstructionKind.Wait:
                Wait(instruction);
                break;
            case InstructionKind.Poll:
                target.Read(instruction with { Channel = ChannelOf(instruction) }, [], []);
                break;
            case InstructionKind.WriteBack or InstructionKind.Invalidate when !machine.HasDataCache:
                break;
            default:
                target.Read(instruction, reads, writes);
                break;
        }
    }

    private static bool RunsAsWritten(DspConfiguration machine) => machine is
    {
        HasDataCache: true,
        DmaChannelCount: DspConfiguration.MaximumDmaChannelCount,
        RingDepth: >= WrittenRingDepth,
        DescriptorDimensions: DspConfiguration.MaximumDescriptorDimensions,
        DescriptorCountLimit: DspConfiguration.MaximumDescriptorCount,
    };

    private static bool Fits(in ProgramRegion region, DspConfiguration machine)
    {
        int dimensions = region.PlaneCount > 1 ? 3 : region.RowCount > 1 ? 2 : 1;
        return dimensions <= machine.DescriptorDimensions && region.RowCount <= machine.DescriptorCountLimit && region.PlaneCount <= machine.DescriptorCountLimit;
    }

    private int ChannelOf(in Instruction instruction) => Math.Min(instruction.Channel, machine.DmaChannelCount - 1);

    private void Transfer(in Instruction instruction, in ProgramRegion source, in ProgramRegion destination)
    {
        int channel = ChannelOf(instruction);
        List<(ProgramRegion Source, ProgramRegion Destination)> parts = [];
        Split(source, destination, parts);
        foreach ((ProgramRegion from, ProgramRegion to) in CollectionsMarshal.AsSpan(parts))
        {
            if (issued[channel] - retired[channel] >= machine.RingDepth)
            {
                WaitFor(channel, issued[channel] - machine.RingDepth + 1);
            }

            target.Read(instruction with { Channel = channel }, [from], [to]);
            issued[channel]++;
        }

        lastDescriptors[instruction.Channel].Add(issued[channel]);
    }

    private void Wait(in Instruction instruction)
    {
        List<int> transfers = lastDescriptors[instruction.Channel];
        int finished = transfers.Count - instruction.OutstandingCount;
        WaitFor(ChannelOf(instruction), finished > 0 ? transfers[finished - 1] : 0);
    }

    /// <summary>Waits until that many descriptors of a channel have finished.</summary>
    private void WaitFor(int channel, int descriptorCount)
    {
        target.Read(new Instruction { Kind = InstructionKind.Wait, Channel = channel, OutstandingCount = issued[channel] - descriptorCount }, [], []);
        retired[channel] = Math.Max(retired[channel], descriptorCount);
    }

    /// <summary>Parts that fit a descriptor: neighbouring rows and planes as one row where they are, then planes apart, then rows apart.</summary>
    private void Split(in ProgramRegion source, in ProgramRegion destination, List<(ProgramRegion Source, ProgramRegion Destination)> parts)
    {
        if (Fits(source, machine))
        {
            parts.Add((source, destination));
            return;
        }

        if (source.PlaneCount > 1 && source.RowCount == 1)
        {
            Split(PlanesAsRows(source), PlanesAsRows(destination), parts);
            return;
        }

        if (source.RowCount > 1 && IsContiguous(source) && IsContiguous(destination))
        {
            Split(RowsAsOne(source), RowsAsOne(destination), parts);
            return;
        }

        bool byPlanes = source.PlaneCount > 1 && (machine.DescriptorDimensions < 3 || source.PlaneCount > machine.DescriptorCountLimit);
        int count = byPlanes ? source.PlaneCount : source.RowCount;
        int dimensions = byPlanes ? 3 : 2;
        int step = machine.DescriptorDimensions < dimensions ? 1 : machine.DescriptorCountLimit;
        for (int first = 0; first < count; first += step)
        {
            int taken = Math.Min(step, count - first);
            Split(byPlanes ? Planes(source, first, taken) : Rows(source, first, taken), byPlanes ? Planes(destination, first, taken) : Rows(destination, first, taken), parts);
        }
    }

    private static bool IsContiguous(in ProgramRegion region) => region.RowPitchBytes == region.RowBytes;

    private static ProgramRegion RowsAsOne(in ProgramRegion region) => region with
    {
        RowBytes = region.RowBytes * region.RowCount, RowCount = 1, RowPitchBytes = region.RowBytes * region.RowCount,
    };

    private static ProgramRegion PlanesAsRows(in ProgramRegion region) => region with
    {
        RowCount = region.PlaneCount, RowPitchBytes = region.PlanePitchBytes, PlaneCount = 1, PlanePitchBytes = region.PlanePitchBytes * region.PlaneCount,
    };

    private static ProgramRegion Planes(in ProgramRegion region, int first, int count) => region with
    {
        OffsetBytes = region.OffsetBytes + (first * region.PlanePitchBytes), PlaneCount = count,
    };

    private static ProgramRegion Rows(in ProgramRegion region, int first, int count) => region with
    {
        OffsetBytes = region.OffsetBytes + (first * region.RowPitchBytes), RowCount = count,
    };
}
