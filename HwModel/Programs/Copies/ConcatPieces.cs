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
            foreach (RunCut cut in RunCut.Of(runBytes, call.RunCount, capacityBytes))
            {
                ProgramRegion buffered = ProgramRegion.Rows(0, 0, cut.Bytes, cut.RunCount, cut.Bytes);
                pieces.Add(new CopyPiece(
                    input,
                    buffered with { OffsetBytes = (cut.Run * runBytes) + cut.FirstByte },
                    buffered,
                    buffered,
                    ProgramRegion.Rows(0, (cut.Run * pitchBytes) + firstByte + cut.FirstByte, cut.Bytes, cut.RunCount, pitchBytes),
                    cut.Bytes * cut.RunCount,
                    null));
            }

            firstByte += runBytes;
        }

        return pieces;
    }
}
