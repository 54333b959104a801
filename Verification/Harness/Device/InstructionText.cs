using System.Collections.Immutable;
using System.Globalization;
using TileProof.HwModel.Device;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;

namespace TileProof.Verification.Device;

/// <summary>The instructions of a kernel, from its begin to its end, one a line in a form that does not depend on who wrote them.</summary>
/// <remarks>
/// Bytes are named by their place: the bank and the address in it, or the number of the tensor. Queries are no instructions of the built-in
/// programs; a wait for what cannot be under way any more is none; cache operations in a row on bytes that touch are one. What is no kernel of
/// its own but a loop of the core (filling, summing, rounding) is told by all that it reads and writes up to the next step.
/// </remarks>
internal sealed class InstructionText
{
    private readonly Func<int, (string Memory, long OffsetBytes)> placeOf;
    private readonly bool tellsMarkers;
    private readonly List<string> lines = [];
    private readonly List<(string Memory, long Start, long End)> cacheRuns = [];
    private readonly List<(string Memory, long Start, long End)> codeReads = [];
    private readonly List<(string Memory, long Start, long End)> codeWrites = [];
    private readonly Dictionary<int, int> underWay = [];
    private InstructionKind cacheKind;

    private InstructionText(Func<int, (string Memory, long OffsetBytes)> placeOf, bool tellsMarkers)
    {
        this.placeOf = placeOf;
        this.tellsMarkers = tellsMarkers;
    }

    /// <summary>The text of a built-in program, whose buffers are handed out one behind the other.</summary>
    public static IReadOnlyList<string> Of(TileProgram program, DspConfiguration machine, bool tellsMarkers)
    {
        var text = new InstructionText(index => PlaceOf(program.Buffers, StartsOf(program.Buffers, machine.AllocationAlignmentBytes), index), tellsMarkers);
        return text.Write(program.Instructions, one => program.ReadsOf(one).ToArray(), one => program.WritesOf(one).ToArray());
    }

    public static IReadOnlyList<string> Of(RecordedProgram program, bool tellsMarkers = true)
    {
        long[] starts = [.. program.Buffers.Select(static buffer => (long)buffer.OffsetBytes)];
        var text = new InstructionText(index => PlaceOf(program.Buffers, starts, index), tellsMarkers);
        return text.Write(program.Instructions, one => program.ReadsOf(one).ToArray(), one => program.WritesOf(one).ToArray());
    }

    private static long[] StartsOf(ImmutableArray<ProgramBuffer> buffers, int alignmentBytes)
    {
        var starts = new long[buffers.Length];
        var used = new Dictionary<int, long>();
        for (int i = 0; i < buffers.Length; i++)
        {
            if (buffers[i].Parent is { } parent)
            {
                starts[i] = starts[parent] + buffers[i].OffsetBytes;
            }
            else if (buffers[i].IsLocal)
            {
                starts[i] = used.GetValueOrDefault(buffers[i].Bank);
                used[buffers[i].Bank] = starts[i] + ((buffers[i].LengthBytes + alignmentBytes - 1L) / alignmentBytes * alignmentBytes);
            }
        }

        return starts;
    }

    private static (string Memory, long OffsetBytes) PlaceOf(ImmutableArray<ProgramBuffer> buffers, long[] starts, int index) =>
        buffers[index].IsLocal ? ($"DRAM{buffers[index].Bank}", starts[index])
        : buffers[index].Role == BufferRole.Scratch ? ("scratch", 0)
        : ($"tensor {index}", 0);

    private List<string> Write(ImmutableArray<Instruction> instructions, Func<Instruction, ProgramRegion[]> readsOf, Func<Instruction, ProgramRegion[]> writesOf)
    {
        bool isInside = false;
        foreach (Instruction one in instructions)
        {
            if (one.Kind is InstructionKind.Begin or InstructionKind.End)
            {
                isInside = one.Kind == InstructionKind.Begin;
                continue;
            }

            if (isInside && one.Kind != InstructionKind.Poll && !WaitsForNothing(one) && (one.Kind != InstructionKind.Tile || tellsMarkers))
            {
                Tell(one, readsOf(one), writesOf(one));
            }
        }

        FinishRuns();
        return lines;
    }

    private void Tell(Instruction one, ProgramRegion[] reads, ProgramRegion[] writes)
    {
        if (one.Kind is InstructionKind.WriteBack or InstructionKind.Invalidate)
        {
            if (one.Kind != cacheKind || codeReads.Count + codeWrites.Count > 0)
            {
                FinishRuns();
            }

            cacheKind = one.Kind;
            Add(cacheRuns, writes[0]);
            return;
        }

        if (one.Kind == InstructionKind.Compute && one.Parameters.Kernel is ProgramKernel.Recorded or ProgramKernel.FillLowest or ProgramKernel.LinearOutputs or ProgramKernel.MeanInOrder)
        {
            if (cacheRuns.Count > 0)
            {
                FinishRuns();
            }

            Array.ForEach(reads, region => Add(codeReads, region));
            Array.ForEach(writes, region => Add(codeWrites, region));
            return;
        }

        FinishRuns();

        string line = one.Kind switch
        {
            InstructionKind.Wait => $"wait {one.Channel}: {one.OutstandingCount}",
            InstructionKind.Fill => $"fill {one.Value} {one.Purpose}",
            InstructionKind.Load or InstructionKind.Store => $"{one.Kind} {one.Channel} {one.Purpose}",
            InstructionKind.Compute => Kernel(one),
            InstructionKind.Tile => $"tile {one.Tile}",
            _ => one.Kind.ToString(),
        };
        line += $" reads {string.Join(", ", reads.Select(Text))} writes {string.Join(", ", writes.Select(Text))}";
        lines.Add(line);
    }

    /// <summary>Whether an instruction waits for nothing, by the transfers that may be under way.</summary>
    private bool WaitsForNothing(in Instruction one)
    {
        underWay.TryGetValue(one.Channel, out int most);
        if (one.Kind == InstructionKind.Wait)
        {
            underWay[one.Channel] = Math.Min(most, one.OutstandingCount);
            return most <= one.OutstandingCount;
        }

        underWay[one.Channel] = most + (one.Kind is InstructionKind.Load or InstructionKind.Store ? 1 : 0);
        return false;
    }

    /// <summary>What a kernel is told; a copy is told all by its regions, and the number of a part of sums or of its first output is the writer's own.</summary>
    private static string Kernel(in Instruction one) => one.Parameters.Kernel == ProgramKernel.PaddedCopy
        ? "copy"
        : $"compute {one.Parameters with { Pass = 0, FirstOutChannel = 0 }} {one.Tile}";

    private void Add(List<(string Memory, long Start, long End)> runs, in ProgramRegion region)
    {
        (string memory, long start) = placeOf(region.Buffer);
        for (int plane = 0; plane < region.PlaneCount; plane++)
        {
            for (int row = 0; row < region.RowCount; row++)
            {
                long at = start + region.OffsetBytes + ((long)plane * region.PlanePitchBytes) + ((long)row * region.RowPitchBytes);
                runs.Add((memory, at, at + region.RowBytes));
            }
        }
    }

    private void FinishRuns()
    {
        Finish(cacheKind.ToString(), cacheRuns);
        Finish("code reads", codeReads);
        Finish("code writes", codeWrites);
    }

    /// <summary>Tells bytes that touch as one run, by their place.</summary>
    private void Finish(string what, List<(string Memory, long Start, long End)> runs)
    {
        if (runs.Count == 0)
        {
            return;
        }

        var joined = new List<(string Memory, long Start, long End)>();
        foreach ((string Memory, long Start, long End) run in runs.OrderBy(static run => run.Memory, StringComparer.Ordinal).ThenBy(static run => run.Start))
        {
            if (joined.Count > 0 && joined[^1].Memory == run.Memory && joined[^1].End >= run.Start)
            {
                joined[^1] = joined[^1] with { End = Math.Max(joined[^1].End, run.End) };
            }
            else
            {
                joined.Add(run);
            }
        }

        lines.Add($"{what} {string.Join(", ", joined.Select(static run => string.Create(CultureInfo.InvariantCulture, $"{run.Memory}+{run.Start}..{run.End}")))}");
        runs.Clear();
    }

    /// <summary>Rows and planes that touch are one.</summary>
    private string Text(ProgramRegion region)
    {
        (long row, int rows, long rowPitch, int planes, long planePitch) = (region.RowBytes, region.RowCount, region.RowPitchBytes, region.PlaneCount, region.PlanePitchBytes);
        Join();
        if (rows == 1 && planes > 1)
        {
            (rows, rowPitch, planes) = (planes, planePitch, 1);
            Join();
        }

        (string memory, long start) = placeOf(region.Buffer);
        return $"{memory}+{start + region.OffsetBytes}: {row} x {rows} at {(rows > 1 ? rowPitch : 0)} x {planes} at {(planes > 1 ? planePitch : 0)}";

        void Join()
        {
            if (rows > 1 && rowPitch == row)
            {
                (row, rows) = (row * rows, 1);
            }
        }
    }
}
