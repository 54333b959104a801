using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Programs.Copies;

/// <summary>Cuts a padded value: as many whole planes as a buffer holds, or rows of a plane.</summary>
internal static class PadPieces
{
    /// <summary>The pieces; null where a buffer does not hold a row of the output.</summary>
    public static List<CopyPiece>? Of(PadCall call, int capacityBytes)
    {
        int elementBytes = call.Output.ElementType.SizeBytes();
        TensorShape input = call.Input.Shape;
        TensorShape output = call.Output.Shape;
        int rowBytes = output.Width * elementBytes;
        int planes = output.Batch * output.Channels;
        int rowsAtOnce = Math.Min(capacityBytes / rowBytes, output.Height);
        if (rowsAtOnce == 0)
        {
            return null;
        }

        int planesAtOnce = rowsAtOnce < output.Height ? 1 : Math.Min(capacityBytes / (rowBytes * output.Height), planes);
        int copiedBytes = input.Width * elementBytes;
        int inputPlaneBytes = input.PlaneElementCount * elementBytes;
        var pieces = new List<CopyPiece>();
        for (int plane = 0; plane < planes; plane += planesAtOnce)
        {
            int count = Math.Min(planesAtOnce, planes - plane);
            for (int row = 0; row < output.Height; row += rowsAtOnce)
            {
                int rows = Math.Min(rowsAtOnce, output.Height - row);
                int first = Math.Max(row - call.PadTop, 0);
                int imageRows = Math.Max(Math.Min(row + rows - call.PadTop, input.Height) - first, 0);
                ProgramRegion buffered = ProgramRegion.Linear(0, 0, rows * rowBytes * count);
                pieces.Add(new CopyPiece(
                    0,
                    imageRows == 0 ? null : new ProgramRegion(0, (plane * inputPlaneBytes) + (first * copiedBytes), copiedBytes, imageRows, copiedBytes, count, inputPlaneBytes),
                    new ProgramRegion(0, ((first + call.PadTop - row) * rowBytes) + (call.PadLeft * elementBytes), copiedBytes, imageRows, rowBytes, count, rows * rowBytes),
                    buffered,
                    buffered with { OffsetBytes = ((plane * output.Height) + row) * rowBytes },
                    rows * rowBytes * count,
                    unchecked((byte)call.Level)));
            }
        }

        return pieces;
    }
}
