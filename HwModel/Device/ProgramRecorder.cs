using System.Collections.Immutable;
using System.Globalization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Device;

/// <summary>Makes a program of instructions from what the runtime wrote down.</summary>
/// <remarks>
/// Around the entry stands the driver's part, which the harness does unless the program does: the inputs are written back, and the output's lines
/// are dropped before and after.
/// </remarks>
public sealed class ProgramRecorder
{
    private readonly DeviceRun run;
    private readonly AddressMap map;
    private readonly ImmutableArray<Instruction>.Builder instructions = ImmutableArray.CreateBuilder<Instruction>();
    private readonly ImmutableArray<ProgramRegion>.Builder regions = ImmutableArray.CreateBuilder<ProgramRegion>();
    private readonly List<int> stacks = [];
    private readonly ImmutableArray<int>.Builder eventIndexes = ImmutableArray.CreateBuilder<int>();
    private readonly List<(int Instruction, int Buffer, int Stack)> allocations = [];
    private readonly List<(int Instruction, int Channel, int Capacity, bool IsTask, int Stack)> overflows = [];
    private readonly ImmutableHashSet<int>.Builder taskTransfers = ImmutableHashSet.CreateBuilder<int>();
    private readonly int[] ringDepths;
    private readonly string kernel;
    private readonly int tensorCount;
    private TileCoordinates tile;
    private bool marksTiles;
    private int unnamedCount;
    private int currentEvent;

    private ProgramRecorder(DeviceRun run)
    {
        this.run = run;
        map = new AddressMap(run.Session);
        tensorCount = map.Buffers.Count;
        ringDepths = new int[run.Session.Machine.DmaChannelCount];
        kernel = run.Session.Call.Plan?.KernelName ?? run.Session.Build.Program.Entries[run.Session.Call.Kind].Function;
    }

    /// <summary>The program of a run that returned; of one that did not, the part until then.</summary>
    public static RecordedProgram Record(DeviceRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new ProgramRecorder(run).Record();
    }

    private RecordedProgram Record()
    {
        bool hasDriver = run.Session.Call.Driver == DeviceDriver.TileProof;
        if (hasDriver)
        {
            WriteBackInputs();
            Cache(InstructionKind.Invalidate, WholeOutput());
        }

        int image = 0;
        Begin(image);
        bool isOpen = true;
        for (int i = 0; i < run.Events.Length; i++)
        {
            ref readonly DeviceEvent e = ref run.Events[i];
            currentEvent = i;
            if (e.Kind == DeviceEventKind.Return)
            {
                Add(new Instruction { Kind = InstructionKind.End }, 0, [], []);
                isOpen = false;
                image++;
                continue;
            }

            if (!isOpen)
            {
                map.StartImage();
                Begin(image);
                isOpen = true;
            }

            i += Translate(e, i);
        }

        if (isOpen)
        {
            Add(new Instruction { Kind = InstructionKind.End }, 0, [], []);
        }

        currentEvent = run.Events.Length;
        if (hasDriver)
        {
            Cache(InstructionKind.Invalidate, WholeOutput());
        }

        IReadOnlyList<SourceOrigin?> originOfStack = run.Session.Build.Resolve(run.Stacks);
        SourceOrigin? closing = run.Session.Build.ClosingLineOf(run.Session.Build.Program.Entries[run.Session.Call.Kind].Function);
        return new RecordedProgram(
            run.Session.Call.Layer,
            [.. map.Buffers],
            instructions.ToImmutable(),
            regions.DrainToImmutable(),
            [.. stacks.Select((stack, i) => instructions[i].Kind == InstructionKind.End ? closing : originOfStack[stack])],
            [.. stacks.Select(stack => run.Stacks[stack] is [uint first, ..] ? first : 0)])
        {
            HasOwnDriver = !hasDriver,
            EventIndexes = eventIndexes.DrainToImmutable(),
            RingDepth = run.RingDepth > 0 ? run.RingDepth : run.Session.Machine.RingDepth,
            RingDepths = [.. ringDepths.Select(depth => depth > 0 ? depth : run.Session.Machine.RingDepth)],
            TaskTransfers = taskTransfers.ToImmutable(),
            Overflows = [.. overflows.Select(one => new RecordedOverflow(one.Instruction, one.Channel, one.Capacity, one.IsTask, originOfStack[one.Stack]))],
            ForeignBuffers = [.. map.Foreign],
            Allocations = [.. allocations.Select(one => new RecordedAllocation(one.Instruction, one.Buffer, originOfStack[one.Stack]))],
        };
    }

    private void WriteBackInputs()
    {
        // The order of the driver: biases, input, weights, scales.
        int[] order = run.Session.Call.Kind == OperatorKind.Conv2d ? [2, 0, 1, .. Enumerable.Range(3, tensorCount - 4)] : [.. Enumerable.Range(0, tensorCount - 1)];
        foreach (int tensor in order)
        {
            Cache(InstructionKind.WriteBack, ProgramRegion.Linear(tensor, 0, map.Buffers[tensor].LengthBytes));
        }
    }

    private ProgramRegion WholeOutput() => ProgramRegion.Linear(tensorCount - 1, 0, map.Buffers[tensorCount - 1].LengthBytes);

    private void Cache(InstructionKind kind, ProgramRegion region) => Add(new Instruction { Kind = kind }, 0, [], [region]);

    private void Begin(int image)
    {
        tile = new TileCoordinates(image, 0, 0);
        marksTiles = false;
        Add(new Instruction { Kind = InstructionKind.Begin, Origin = new TransferLabel(kernel), Tile = tile }, 0, [], []);
    }

    /// <summary>Adds what an event says; returns how many events behind it belong to it.</summary>
    private int Translate(in DeviceEvent e, int index)
    {
        switch (e.Kind)
        {
            case DeviceEventKind.Transfer:
                Transfer(e);
                break;
            case DeviceEventKind.Wait:
                Add(new Instruction { Kind = InstructionKind.Wait, Channel = e.Channel, OutstandingCount = e.Value }, e.Stack, [], []);
                break;
            case DeviceEventKind.Poll:
                Add(new Instruction { Kind = InstructionKind.Poll, Channel = e.Channel }, e.Stack, [], []);
                break;
            case DeviceEventKind.Fill:
                if (e.Destination is >= DeviceLayout.BankBase and < DeviceLayout.SystemLimit)
                {
                    Fill(e);
                }

                break;
            case DeviceEventKind.Read or DeviceEventKind.Write:
                Access(e);
                break;
            case DeviceEventKind.Compute:
                return Compute(e, index);
            case DeviceEventKind.WriteBack:
                Add(new Instruction { Kind = InstructionKind.WriteBack }, e.Stack, [], [Destination(e)]);
                break;
            case DeviceEventKind.Invalidate:
                Add(new Instruction { Kind = InstructionKind.Invalidate }, e.Stack, [], [Destination(e)]);
                break;
            case DeviceEventKind.Buffer:
                NameBuffer(e);
                break;
            case DeviceEventKind.Ring:
                ringDepths[e.Channel] = Math.Max(ringDepths[e.Channel], e.Value);
                break;
            case DeviceEventKind.Overflow:
                overflows.Add((instructions.Count, e.Channel, e.Value, e.A != 0, e.Stack));
                break;
            case DeviceEventKind.Tile:
                marksTiles = true;
                tile = run.Session.Call.Kind is OperatorKind.QuantizedLinear or OperatorKind.Softmax
                    ? new TileCoordinates(e.B, e.A, 0)
                    : new TileCoordinates(tile.Image, e.A, e.B);
                Add(new Instruction { Kind = InstructionKind.Tile, Tile = tile }, e.Stack, [], []);
                break;
            default:
                break;
        }

        return 0;
    }

    private void NameBuffer(in DeviceEvent e)
    {
        string name = e.A >= 0 ? run.TextAt(e.A) : string.Create(CultureInfo.InvariantCulture, $"buffer {++unnamedCount}");
        int lengthBytes = e.B != 0 || e.RowBytes < 0 ? int.MaxValue : e.RowBytes;
        if (e.Destination is >= DeviceLayout.BankBase and < DeviceLayout.SystemBase)
        {
            int buffer = map.Name(name, e.Destination, lengthBytes);
            allocations.Add((instructions.Count, buffer, e.Stack));
        }
    }

    private void Transfer(in DeviceEvent e)
    {
        (int sourceBuffer, int sourceOffset) = map.Find(e.Source, Extent(e, e.SourceRowPitch, e.SourcePlanePitch));
        (int buffer, int offset) = map.Find(e.Destination, Extent(e, e.DestinationRowPitch, e.DestinationPlanePitch));
        var source = new ProgramRegion(sourceBuffer, sourceOffset, e.RowBytes, e.Rows, e.SourceRowPitch, e.Planes, e.SourcePlanePitch);
        var destination = new ProgramRegion(buffer, offset, e.RowBytes, e.Rows, e.DestinationRowPitch, e.Planes, e.DestinationPlanePitch);
        bool isLoad = map.Buffers[buffer].IsLocal;
        InstructionPurpose purpose = !isLoad ? InstructionPurpose.Output : map.Buffers[sourceBuffer].Role switch
        {
            BufferRole.Coefficients => InstructionPurpose.Coefficients,
            BufferRole.Bias => InstructionPurpose.Bias,
            BufferRole.Scales => InstructionPurpose.Scales,
            _ => InstructionPurpose.Input,
        };
        if (e.A != 0)
        {
            taskTransfers.Add(instructions.Count);
        }

        Add(
            new Instruction { Kind = isLoad ? InstructionKind.Load : InstructionKind.Store, Channel = e.Channel, Purpose = purpose, Tile = tile },
            e.Stack,
            [source],
            [destination]);
    }

    private void Fill(in DeviceEvent e)
    {
        InstructionPurpose purpose = e.A == 1 ? InstructionPurpose.Edge : InstructionPurpose.WholeBuffer;
        byte value = (byte)e.Value;
        int stack = e.Stack;
        if (e.Rows != 1 || e.Planes != 1)
        {
            Add(new Instruction { Kind = InstructionKind.Fill, Purpose = purpose, Value = value, Tile = tile }, stack, [], [Destination(e)]);
            return;
        }

        foreach ((uint start, int length) in map.Split(e.Destination, e.RowBytes, isOneOperation: true))
        {
            (int buffer, int offset) = map.Find(start);
            Add(new Instruction { Kind = InstructionKind.Fill, Purpose = purpose, Value = value, Tile = tile }, stack, [], [ProgramRegion.Linear(buffer, offset, length)]);
        }
    }

    private void Access(in DeviceEvent e)
    {
        bool writes = e.Kind == DeviceEventKind.Write;
        int stack = e.Stack;
        if (e.Rows != 1)
        {
            Core(stack, Destination(e), writes);
            return;
        }

        foreach ((uint start, int length) in map.Split(e.Destination, e.RowBytes, isOneOperation: false))
        {
            (int buffer, int offset) = map.Find(start);
            Core(stack, ProgramRegion.Linear(buffer, offset, length), writes);
        }
    }

    private void Core(int stack, ProgramRegion region, bool writes) => Add(
        new Instruction { Kind = InstructionKind.Compute, Origin = new TransferLabel("code"), Parameters = new KernelParameters(ProgramKernel.Recorded), Tile = tile },
        stack,
        writes ? [] : [region],
        writes ? [region] : []);

    private int Compute(in DeviceEvent e, int index)
    {
        var reads = new List<ProgramRegion>();
        var writes = new List<ProgramRegion>();
        int count = 0;
        while (index + 1 + count < run.Events.Length && run.Events[index + 1 + count] is { Kind: DeviceEventKind.Operand } operand)
        {
            // What the program keeps in variables of its own is nobody else's: no rule looks at it.
            if (operand.Destination is >= DeviceLayout.BankBase and < DeviceLayout.SystemLimit)
            {
                (operand.Value == 1 ? writes : reads).Add(Destination(operand));
            }

            count++;
        }

        bool isConvolution = e.Value == (int)DeviceComputeKind.Convolution;
        KernelParameters parameters = ParametersOf(e);
        TileCoordinates coordinates = isConvolution && !marksTiles && run.Session.Call.Plan is { } plan
            ? new TileCoordinates(tile.Image, (int)e.Source / plan.ChannelsPerTile, (int)e.Destination / plan.RowsPerTile)
            : tile;
        if (parameters.Kernel is ProgramKernel.MaxPool or ProgramKernel.LinearSums && Continues(e.Stack, parameters, reads, writes))
        {
            return count;
        }

        Add(
            new Instruction
            {
                Kind = InstructionKind.Compute,
                Origin = new TransferLabel(isConvolution ? run.Session.Call.Plan?.Kernel ?? "convolution" : NameOf(parameters.Kernel)),
                Parameters = parameters,
                Tile = coordinates,
            },
            e.Stack,
            [.. reads],
            [.. writes]);
        return count;
    }

    private static KernelParameters ParametersOf(in DeviceEvent e) => (DeviceComputeKind)e.Value switch
    {
        DeviceComputeKind.Convolution => new(ProgramKernel.Convolution, e.A, e.B, e.C),
        DeviceComputeKind.Copy => new(ProgramKernel.PaddedCopy),
        DeviceComputeKind.Elementwise => new(ProgramKernel.Elementwise, Elements: e.RowBytes),
        DeviceComputeKind.MaxPool => new(ProgramKernel.MaxPool, Rows: e.A, OutChannels: 1, Elements: e.RowBytes),
        DeviceComputeKind.Mean => new(ProgramKernel.MeanOfSquares, Elements: e.RowBytes),
        DeviceComputeKind.Dot => new(ProgramKernel.LinearSums, OutChannels: 1, InChannels: e.C, Elements: e.RowBytes, AlignmentBytes: e.SourceRowPitch),
        DeviceComputeKind.Softmax => new(ProgramKernel.Softmax, Elements: e.RowBytes),
        _ => new(ProgramKernel.Recorded),
    };

    private static string NameOf(ProgramKernel kernel) => kernel switch
    {
        ProgramKernel.PaddedCopy => "copy",
        ProgramKernel.Elementwise => "element-wise kernel",
        ProgramKernel.MaxPool => "maxpool",
        ProgramKernel.MeanOfSquares => "mean",
        ProgramKernel.LinearSums => "dot products",
        ProgramKernel.Softmax => "softmax",
        _ => "kernel",
    };

    /// <summary>Makes a call for the next plane or row part of the computation before it: kernels of planes and rows are called in loops.</summary>
    private bool Continues(int stack, in KernelParameters parameters, List<ProgramRegion> reads, List<ProgramRegion> writes)
    {
        Instruction last = instructions[^1];
        KernelParameters before = last.Parameters;
        if (last.Kind != InstructionKind.Compute || stacks[^1] != stack || last.Tile != tile || last.ReadCount != reads.Count || last.WriteCount != writes.Count
            || (before with { OutChannels = parameters.OutChannels, Elements = parameters.Elements }) != parameters)
        {
            return false;
        }

        List<ProgramRegion> all = [.. reads, .. writes];
        bool moves = false;
        for (int i = 0; i < all.Count; i++)
        {
            ProgramRegion whole = regions[last.FirstRegion + i];
            if (whole == all[i])
            {
                continue;
            }

            if (Appended(whole, all[i]) is not { } longer)
            {
                return false;
            }

            all[i] = longer;
            moves = true;
        }

        if (!moves)
        {
            return false;
        }

        for (int i = 0; i < all.Count; i++)
        {
            regions[last.FirstRegion + i] = all[i];
        }

        instructions[^1] = last with
        {
            Parameters = before with { OutChannels = before.OutChannels + parameters.OutChannels, Elements = before.Elements + parameters.Elements },
        };
        return true;
    }

    /// <summary>Rows or planes with the next one behind them; null where it lies elsewhere or is another one.</summary>
    private static ProgramRegion? Appended(in ProgramRegion planes, in ProgramRegion next)
    {
        int distance = next.OffsetBytes - planes.OffsetBytes;
        if (distance <= 0 || planes.Buffer != next.Buffer || planes.RowBytes != next.RowBytes || next.PlaneCount != 1)
        {
            return null;
        }

        if (next.RowCount == 1)
        {
            return planes.PlaneCount == 1 && (planes.RowCount == 1 || distance == (long)planes.RowCount * planes.RowPitchBytes)
                ? ProgramRegion.Rows(planes.Buffer, planes.OffsetBytes, planes.RowBytes, planes.RowCount + 1, distance / planes.RowCount)
                : null;
        }

        bool isAlike = planes.RowCount == next.RowCount && planes.RowPitchBytes == next.RowPitchBytes;
        return !isAlike ? null
            : planes.PlaneCount == 1 ? planes with { PlaneCount = 2, PlanePitchBytes = distance }
            : distance == (long)planes.PlaneCount * planes.PlanePitchBytes ? planes with { PlaneCount = planes.PlaneCount + 1 }
            : null;
    }

    private static long Extent(in DeviceEvent e, int rowPitchBytes, int planePitchBytes) =>
        ((e.Planes - 1L) * planePitchBytes) + ((e.Rows - 1L) * rowPitchBytes) + e.RowBytes;

    private ProgramRegion Destination(in DeviceEvent e)
    {
        (int buffer, int offset) = map.Find(e.Destination);
        return new ProgramRegion(buffer, offset, e.RowBytes, e.Rows, e.DestinationRowPitch, e.Planes, e.DestinationPlanePitch);
    }

    private void Add(in Instruction instruction, int stack, ReadOnlySpan<ProgramRegion> reads, ReadOnlySpan<ProgramRegion> writes)
    {
        instructions.Add(instruction with { FirstRegion = regions.Count, ReadCount = reads.Length, WriteCount = writes.Length });
        regions.AddRange(reads);
        regions.AddRange(writes);
        stacks.Add(stack);
        eventIndexes.Add(currentEvent);
    }
}
