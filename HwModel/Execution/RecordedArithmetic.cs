using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;

namespace TileProof.HwModel.Execution;

/// <summary>Stands for the arithmetic where a program is walked without bytes: it repeats what a run noted, and ends where the run ended.</summary>
/// <param name="recorder">What the run noted; null for nothing.</param>
/// <param name="stopped">Whether a fault of the arithmetic stopped the run in its last computation.</param>
internal sealed class RecordedArithmetic(ArithmeticRecorder? recorder, bool stopped) : IProgramKernels
{
    private int computation;

    public ArithmeticEvents Compute(ProgramStep step)
    {
        int current = computation++;
        if (recorder is null)
        {
            return default;
        }

        return stopped && current == recorder.ComputationCount - 1
            ? throw new HardwareFaultException("the run stopped here")
            : recorder.EventsOf(current);
    }
}
