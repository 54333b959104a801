using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Programs.Copies;

/// <summary>Cuts a concatenation: as many whole runs of an input as a buffer holds, or parts of a run.</summary>
internal static class ConcatPieces
{
    public static List<CopyPiece> Of(ConcatCall call, int capacityBytes)
    {
        var pieces = new List<CopyPiece>();
        int elementBytes = call.Output.ElementType.SizeBytes();
        int pitchBytes = call.RunElements(call.Output) * elementBytes;
        int firstByte = 0;
        for (int input = 0; input < call.Inputs.Count; input++)
        {
            int runBytes = call.RunElements(call.Inputs[input]) * elementBytes;
            int partBytes = Math.Min(runBytes, capacityBytes);
            int runsAtOnce = partBytes < runBytes ? 1 : Math.Min(capacityBytes / runBytes, call.RunCount);
            for (int run = 0; run < call.RunCount; run += runsAtOnce)
            {
                int runs = Math.Min(runsAtOnce, call.RunCount - run);
                for (int part = 0; part < runBytes; part += partBytes)
                {
                    int bytes = Math.Min(partBytes, runBytes - part);
                    ProgramRegion buffered = ProgramRegion.Rows(0, 0, bytes, runs, bytes);
                    pieces.Add(new CopyPiece(
                        input,
                        ProgramRegion.Rows(0, (run * runBytes) + part, bytes, runs, bytes),
                        buffered,
                        buffered,
                        ProgramRegion.Rows(0, (run * pitchBytes) + firstByte + part, bytes, runs, pitchBytes),
                        bytes * runs,
                        null));
                }
            }

            firstByte += runBytes;
        }

        return pieces;
    }
}
