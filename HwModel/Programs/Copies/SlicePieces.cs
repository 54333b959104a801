using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Programs.Copies;

/// <summary>Cuts a slice: as many whole runs as a buffer holds, or parts of a run.</summary>
internal static class SlicePieces
{
    public static List<CopyPiece> Of(SliceCall call, int capacityBytes)
    {
        int elementBytes = call.Output.ElementType.SizeBytes();
        int runBytes = call.RunElements(call.Output) * elementBytes;
        int pitchBytes = call.RunElements(call.Input) * elementBytes;
        int firstByte = call.SkippedElements * elementBytes;
        int partBytes = Math.Min(runBytes, capacityBytes);
        int runsAtOnce = partBytes < runBytes ? 1 : Math.Min(capacityBytes / runBytes, call.RunCount);
        var pieces = new List<CopyPiece>();
        for (int run = 0; run < call.RunCount; run += runsAtOnce)
        {
            int runs = Math.Min(runsAtOnce, call.RunCount - run);
            for (int part = 0; part < runBytes; part += partBytes)
            {
                int bytes = Math.Min(partBytes, runBytes - part);
                ProgramRegion buffered = ProgramRegion.Rows(0, 0, bytes, runs, bytes);
                pieces.Add(new CopyPiece(
                    0,
                    ProgramRegion.Rows(0, (run * pitchBytes) + firstByte + part, bytes, runs, pitchBytes),
                    buffered,
                    buffered,
                    buffered with { OffsetBytes = (run * runBytes) + part },
                    bytes * runs,
                    null));
            }
        }

        return pieces;
    }
}
