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
        var pieces = new List<CopyPiece>();
        foreach (RunCut cut in RunCut.Of(runBytes, call.RunCount, capacityBytes))
        {
            ProgramRegion buffered = ProgramRegion.Rows(0, 0, cut.Bytes, cut.RunCount, cut.Bytes);
            pieces.Add(new CopyPiece(
                0,
                ProgramRegion.Rows(0, (cut.Run * pitchBytes) + firstByte + cut.FirstByte, cut.Bytes, cut.RunCount, pitchBytes),
                buffered,
                buffered,
                buffered with { OffsetBytes = (cut.Run * runBytes) + cut.FirstByte },
                cut.Bytes * cut.RunCount,
                null));
        }

        return pieces;
    }
}
