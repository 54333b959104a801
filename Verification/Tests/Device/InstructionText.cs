using System.Collections.Immutable;
using TileProof.HwModel.Device;
using TileProof.HwModel.Programs;

namespace TileProof.Tests.Device;

/// <summary>The instructions of a kernel, from its begin to its end, one a line in a form that does not depend on who wrote them.</summary>
internal static class InstructionText
{
    public static IReadOnlyList<string> Of(TileProgram program) =>
        Of(program.Instructions, program.Buffers, one => program.ReadsOf(one).ToArray(), one => program.WritesOf(one).ToArray());

    public static IReadOnlyList<string> Of(RecordedProgram program) =>
        Of(program.Instructions, program.Buffers, one => program.ReadsOf(one).ToArray(), one => program.WritesOf(one).ToArray());

    /// <summary>Queries are no instructions of the built-in programs, and of waits in a row for one channel the last counts.</summary>
    private static List<string> Of(
        ImmutableArray<Instruction> instructions, ImmutableArray<ProgramBuffer> buffers, Func<Instruction, ProgramRegion[]> reads, Func<Instruction, ProgramRegion[]> writes)
    {
        var lines = new List<string>();
        bool isInside = false;
        foreach (Instruction one in instructions)
        {
            if (one.Kind is InstructionKind.Begin or InstructionKind.End)
            {
                isInside = one.Kind == InstructionKind.Begin;
                continue;
            }

            if (!isInside || one.Kind == InstructionKind.Poll)
            {
                continue;
            }

            string line = one.Kind switch
            {
                InstructionKind.Wait => $"wait {one.Channel}: {one.OutstandingCount}",
                InstructionKind.Fill => $"fill {one.Value} {one.Purpose}",
                InstructionKind.Load or InstructionKind.Store => $"{one.Kind} {one.Channel} {one.Purpose}",
                InstructionKind.Compute => $"compute {one.Parameters} {one.Tile}",
                InstructionKind.Tile => $"tile {one.Tile}",
                _ => one.Kind.ToString(),
            };
            line += $" reads {string.Join(", ", reads(one).Select(region => Text(region, buffers)))} writes {string.Join(", ", writes(one).Select(region => Text(region, buffers)))}";
            if (one.Kind == InstructionKind.Wait && lines.Count > 0 && lines[^1].StartsWith($"wait {one.Channel}:", StringComparison.Ordinal))
            {
                lines[^1] = line;
            }
            else
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    /// <summary>Rows and planes that touch are one.</summary>
    private static string Text(ProgramRegion region, ImmutableArray<ProgramBuffer> buffers)
    {
        (long row, int rows, long rowPitch, int planes, long planePitch) = (region.RowBytes, region.RowCount, region.RowPitchBytes, region.PlaneCount, region.PlanePitchBytes);
        Join();
        if (rows == 1 && planes > 1)
        {
            (rows, rowPitch, planes) = (planes, planePitch, 1);
            Join();
        }

        return $"{buffers[region.Buffer].Name}+{region.OffsetBytes}: {row} x {rows} at {(rows > 1 ? rowPitch : 0)} x {planes} at {(planes > 1 ? planePitch : 0)}";

        void Join()
        {
            if (rows > 1 && rowPitch == row)
            {
                (row, rows) = (row * rows, 1);
            }
        }
    }
}
