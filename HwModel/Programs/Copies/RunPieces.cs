using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Programs.Copies;

/// <summary>Cuts concatenations and slices: as many whole runs as a buffer holds, or parts of a run that does not fit.</summary>
internal static class RunPieces
{
    public static List<CopyPiece> Of(ConcatCall call, int capacityBytes)
    {
        int elementBytes = call.Output.ElementType.SizeBytes();
        int pitchBytes = call.RunElements(call.Output) * elementBytes;
        var pieces = new List<CopyPiece>();
        int firstByte = 0;
        for (int input = 0; input < call.Inputs.Count; input++)
        {
            int runBytes = call.RunElements(call.Inputs[input]) * elementBytes;
            pieces.AddRange(Cut(input, new Runs(0, runBytes), new Runs(firstByte, pitchBytes), runBytes, call.RunCount, capacityBytes));
            firstByte += runBytes;
        }

        return pieces;
    }

    public static List<CopyPiece> Of(SliceCall call, int capacityBytes)
    {
        int elementBytes = call.Output.ElementType.SizeBytes();
        int runBytes = call.RunElements(call.Output) * elementBytes;
        var source = new Runs(call.SkippedElements * elementBytes, call.RunElements(call.Input) * elementBytes);
        return [.. Cut(0, source, new Runs(0, runBytes), runBytes, call.RunCount, capacityBytes)];
    }

    private static IEnumerable<CopyPiece> Cut(int input, Runs source, Runs target, int runBytes, int runCount, int capacityBytes)
    {
        int partBytes = Math.Min(runBytes, capacityBytes);
        int runsAtOnce = partBytes < runBytes ? 1 : Math.Min(capacityBytes / runBytes, runCount);
        for (int run = 0; run < runCount; run += runsAtOnce)
        {
            int count = Math.Min(runsAtOnce, runCount - run);
            for (int part = 0; part < runBytes; part += partBytes)
            {
                int bytes = Math.Min(partBytes, runBytes - part);
                ProgramRegion buffered = ProgramRegion.Rows(0, 0, bytes, count, bytes);
                yield return new CopyPiece(input, source.Rows(run, count, part, bytes), buffered, buffered, target.Rows(run, count, part, bytes), bytes * count, null);
            }
        }
    }

    /// <summary>Where the runs of a copy lie on one side: the first one, and from one to the next.</summary>
    private readonly record struct Runs(int FirstByte, int PitchBytes)
    {
        public ProgramRegion Rows(int run, int count, int part, int bytes) => ProgramRegion.Rows(0, FirstByte + (run * PitchBytes) + part, bytes, count, PitchBytes);
    }
}
