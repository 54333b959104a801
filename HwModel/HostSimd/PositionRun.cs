namespace TileProof.HwModel.HostSimd;

/// <summary>Consecutive positions of one output row.</summary>
/// <param name="From">Where in a plane of the input their first window begins.</param>
/// <param name="To">Which position of the block is the first.</param>
/// <param name="Length">How many.</param>
internal readonly record struct PositionRun(int From, int To, int Length)
{
    /// <summary>Cuts a block of consecutive positions at the ends of rows; returns how many runs there are.</summary>
    public static int Find(in ConvolutionTile tile, int firstPosition, int positionCount, Span<PositionRun> runs)
    {
        int count = 0;
        for (int to = 0; to < positionCount; count++)
        {
            (int y, int x) = Math.DivRem(firstPosition + to, tile.OutWidth);
            int length = Math.Min(tile.OutWidth - x, positionCount - to);
            runs[count] = new PositionRun(((y * tile.InputRowPitchBytes) + x) * tile.Stride, to, length);
            to += length;
        }

        return count;
    }
}
