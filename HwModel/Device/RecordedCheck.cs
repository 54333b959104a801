using System.Globalization;
using System.Text.RegularExpressions;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;

namespace TileProof.HwModel.Device;

/// <summary>Judges a recorded program by the hazard rules, without running it again.</summary>
public sealed partial class RecordedCheck
{
    private readonly RecordedProgram program;
    private readonly HazardLog log;
    private readonly HazardJudge judge;
    private readonly DmaChannel[] channels = [.. Enumerable.Range(0, 8).Select(static index => new DmaChannel(index))];
    private readonly int[] underWay = new int[8];
    private readonly MemoryBuffer[] memory;
    private readonly List<(int Instruction, RecordedOverflow? Overflow, Hazard Hazard)> found = [];
    private int current;
    private RecordedOverflow? currentOverflow;

    private RecordedCheck(RecordedProgram program, DspConfiguration machine, MemorySpace[] banks, SystemMemory system)
    {
        this.program = program;
        log = new HazardLog(hazard => found.Add((current, currentOverflow, hazard)));
        judge = new HazardJudge(machine, log);
        memory = [.. program.Buffers.Select(buffer => new MemoryBuffer(buffer.IsLocal ? banks[buffer.Bank] : system, buffer.OffsetBytes, buffer.LengthBytes, buffer.Name))];
    }

    /// <summary>The rules that the program breaks, the first of each kind at each line.</summary>
    /// <param name="program">The program.</param>
    /// <param name="machine">Its machine.</param>
    public static IReadOnlyList<RecordedHazard> Check(RecordedProgram program, DspConfiguration machine)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(machine);
        DspConfiguration going = machine with { OutOfBounds = OutOfBoundsBehavior.Continue };
        MemorySpace[] banks = MemoryBank.AllOf(going, hasBytes: false);
        var system = new SystemMemory(program.Buffers.Where(static buffer => !buffer.IsLocal).Max(static buffer => checked(buffer.OffsetBytes + buffer.LengthBytes)), going, hasBytes: false);
        try
        {
            return new RecordedCheck(program, going, banks, system).Run();
        }
        finally
        {
            system.ReleaseStorage();
            foreach (MemorySpace bank in banks)
            {
                bank.ReleaseStorage();
            }
        }
    }

    private RecordedHazard[] Run()
    {
        StartClean();
        int allocation = 0;
        int overflow = 0;
        for (current = 0; current < program.Instructions.Length; current++)
        {
            for (; allocation < program.Allocations.Length && program.Allocations[allocation].BeforeInstruction <= current; allocation++)
            {
                RecordedAllocation one = program.Allocations[allocation];
                log.Program = NameOf(one.Origin);
                judge.Bounds.Allocate(memory[one.Buffer], new MachineOperation(OperationKind.Allocation, memory[one.Buffer]));
            }

            for (; overflow < program.Overflows.Length && program.Overflows[overflow].BeforeInstruction <= current; overflow++)
            {
                Report(program.Overflows[overflow]);
            }

            Instruction instruction = program.Instructions[current];
            log.Program = NameOf(program.Origins[current]);
            Execute(instruction);
        }

        judge.Cache.CoreRead(new TouchedRegion(Output.Whole()), new MachineOperation(OperationKind.Other, "return of the result"));
        IReadOnlyList<Hazard> hazards = log.ToHazards();
        return [.. found.Select((one, i) => Describe(one.Instruction, one.Overflow, hazards[i]))];
    }

    /// <summary>Variables of the program are ordinary memory; with a driver of its own, tensors start clean: nobody else writes them back.</summary>
    private void StartClean()
    {
        for (int i = 0; i < memory.Length; i++)
        {
            if (!program.Buffers[i].IsLocal && (program.HasOwnDriver || program.ForeignBuffers.Contains(i)))
            {
                judge.Cache.WriteBack(new TouchedRegion(memory[i].Whole()));
            }
        }
    }

    private void Report(RecordedOverflow overflow)
    {
        currentOverflow = overflow;
        log.Program = NameOf(overflow.Origin);
        log.Report(
            HazardRule.RingOverflow,
            new MachineOperation(OperationKind.Other, $"descriptor for channel {overflow.Channel}"),
            string.Create(CultureInfo.InvariantCulture, $"the {(overflow.IsTask ? "task" : "ring")} has room for {overflow.Capacity} descriptors"),
            1);
        currentOverflow = null;
    }

    private static string NameOf(SourceOrigin? origin) => origin?.ToString() ?? "";

    private MemoryBuffer Output => memory[program.Buffers.Select(static (buffer, index) => (buffer, index)).Last(static pair => !pair.buffer.IsLocal && pair.buffer.Name == "output").index];

    private RecordedHazard Describe(int instruction, RecordedOverflow? overflow, Hazard hazard)
    {
        int? other = TransferNumber().Match(hazard.CollidesWith) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;
        int index = Math.Min(instruction, program.Instructions.Length - 1);
        return new RecordedHazard(
            hazard with { Program = program.Layer },
            index,
            overflow is null ? program.Origins[index] : overflow.Origin,
            program.Addresses[index],
            other,
            other is { } number ? program.Origins[number] : null,
            other is { } issued ? program.Instructions[issued].Channel : null);
    }

    private void Execute(in Instruction instruction)
    {
        switch (instruction.Kind)
        {
            case InstructionKind.Begin:
                judge.StartProgram(instruction.Tile);
                break;
            case InstructionKind.End:
                judge.Return("return of the entry");
                break;
            case InstructionKind.Load or InstructionKind.Store:
                Issue(instruction);
                break;
            case InstructionKind.Wait:
                judge.Wait(channels[instruction.Channel], instruction.OutstandingCount);
                underWay[instruction.Channel] = Math.Min(underWay[instruction.Channel], instruction.OutstandingCount);
                break;
            case InstructionKind.Fill:
                Touch(instruction, new MachineOperation(
                    instruction.Purpose == InstructionPurpose.Edge ? OperationKind.EdgeFill : OperationKind.Fill, "", InMemory(program.WritesOf(instruction)[0])));
                break;
            case InstructionKind.Compute:
                log.Tile = instruction.Tile;
                Touch(instruction, new MachineOperation(OperationKind.Compute, new ComputeStep(instruction.Origin.Pattern, instruction.Tile, [], [])));
                break;
            case InstructionKind.WriteBack:
                judge.Cache.WriteBack(new TouchedRegion(InMemory(program.WritesOf(instruction)[0])));
                break;
            case InstructionKind.Invalidate:
                StridedRegion lines = InMemory(program.WritesOf(instruction)[0]);
                judge.Cache.Invalidate(new TouchedRegion(lines), new MachineOperation(OperationKind.Invalidate, "", lines));
                break;
            case InstructionKind.Tile:
                log.Tile = instruction.Tile;
                break;
            default:
                break;
        }
    }

    private void Issue(in Instruction instruction)
    {
        DmaChannel channel = channels[instruction.Channel];
        if (program.TaskTransfers.Contains(current))
        {
            // It takes no place of the ring.
        }
        else if (underWay[instruction.Channel] >= program.RingDepthOf(instruction.Channel))
        {
            judge.RingFull(channel, underWay[instruction.Channel]);
        }
        else
        {
            underWay[instruction.Channel]++;
        }

        var descriptor = DmaDescriptor.Create(
            InMemory(program.ReadsOf(instruction)[0]), InMemory(program.WritesOf(instruction)[0]), new TransferLabel("#{0}", current));
        judge.Issue(new DmaTransfer(descriptor, channel, current));
    }

    private void Touch(in Instruction instruction, in MachineOperation operation) => judge.Touch(
        ProgramRegion.In(program.ReadsOf(instruction), memory),
        ProgramRegion.In(program.WritesOf(instruction), memory),
        Math.Max(instruction.Parameters.AlignmentBytes, 1),
        1,
        operation);

    private StridedRegion InMemory(in ProgramRegion region) => region.In(memory[region.Buffer]);

    [GeneratedRegex(@"^DMA channel \d+ '#(\d+)'", RegexOptions.CultureInvariant)]
    private static partial Regex TransferNumber();
}
