namespace TileProof.HwModel.Proof;

/// <summary>The gathered windows of input tiles: a program reads the same tile again for every tile of output channels.</summary>
internal sealed class WordWindows
{
    /// <summary>Windows of larger tiles are not kept, 512 KiB; there are few of them.</summary>
    private const int LargestKept = 1 << 16;
    private const int KeptCount = 16;

    private readonly List<(ulong[] Input, int RowPitch, int PlanePitch, int Taps, ulong[] Windows)> kept = [];

    /// <summary>The input words of every output position, one window behind the other, in the order of the weights.</summary>
    public ulong[] Of(in WordTile tile)
    {
        for (int i = 0; i < kept.Count; i++)
        {
            (ulong[] input, int rowPitch, int planePitch, int taps, ulong[] found) = kept[i];
            if ((rowPitch, planePitch, taps, found.Length) == (tile.RowPitch, tile.PlanePitch, tile.TapCount, tile.TapCount * tile.PositionCount)
                && tile.Input.SequenceEqual(input))
            {
                return found;
            }
        }

        var windows = new ulong[tile.PositionCount * tile.TapCount];
        for (int position = 0; position < tile.PositionCount; position++)
        {
            WordConvolution.Gather(tile, position, windows.AsSpan(position * tile.TapCount, tile.TapCount));
        }

        if (windows.Length <= LargestKept)
        {
            if (kept.Count == KeptCount)
            {
                kept.RemoveAt(0);
            }

            kept.Add((tile.Input.ToArray(), tile.RowPitch, tile.PlanePitch, tile.TapCount, windows));
        }

        return windows;
    }
}
