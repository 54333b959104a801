using TileProof.HwModel.Programs;

namespace TileProof.HwModel.Device;

/// <summary>When the transfers of a recorded program land by the cycle model, in the events of its run.</summary>
public static class DeviceSchedule
{
    /// <summary>For each transfer in order of issue, how many events come before it has landed.</summary>
    /// <param name="program">A program that was recorded in this process, not read from a file.</param>
    /// <param name="timing">What it costs.</param>
    public static IReadOnlyList<int> ArrivalsOf(RecordedProgram program, RecordedTiming timing)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(timing);
        var arrivals = new List<int>();
        for (int i = 0; i < program.Instructions.Length; i++)
        {
            if (program.Instructions[i].Kind is InstructionKind.Load or InstructionKind.Store)
            {
                arrivals.Add(EventAt(program, timing, i + 1, timing.ArrivalCycles[i]));
            }
        }

        return arrivals;
    }

    /// <summary>The first event from an instruction on that begins when a moment has passed.</summary>
    private static int EventAt(RecordedProgram program, RecordedTiming timing, int first, double cycles)
    {
        for (int i = first; i < program.Instructions.Length; i++)
        {
            if (timing.StartCycles[i] >= cycles)
            {
                return program.EventIndexes[i];
            }
        }

        return int.MaxValue;
    }
}
