using System.Buffers;

namespace TileProof.HwModel.Proof;

/// <summary>The gathered windows of input tiles: a program reads the same tile again for every tile of output channels.</summary>
internal sealed class WordWindows : IDisposable
{
    /// <summary>Windows of larger tiles are not kept, 512 KiB: their array goes to the next.</summary>
    private const int LargestKept = 1 << 16;
    private const int KeptCount = 16;

    private ulong[] passing = [];
    private readonly List<(ulong[] Input, int RowPitch, int PlanePitch, int Taps, ulong[] Windows)> kept = [];

    /// <summary>The input words of every output position, one window behind the other, in the order of the weights, until the next are asked for.</summary>
    public ReadOnlySpan<ulong> Of(in WordTile tile)
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

        int length = tile.PositionCount * tile.TapCount;
        ulong[] windows = length <= LargestKept ? new ulong[length] : Passing(length);
        for (int position = 0; position < tile.PositionCount; position++)
        {
            WordConvolution.Gather(tile, position, windows.AsSpan(position * tile.TapCount, tile.TapCount));
        }

        if (length <= LargestKept)
        {
            if (kept.Count == KeptCount)
            {
                kept.RemoveAt(0);
            }

            kept.Add((tile.Input.ToArray(), tile.RowPitch, tile.PlanePitch, tile.TapCount, windows));
        }

        return windows.AsSpan(0, length);
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<ulong>.Shared.Return(passing);

    private ulong[] Passing(int length)
    {
        if (passing.Length < length)
        {
            ArrayPool<ulong>.Shared.Return(passing);
            passing = ArrayPool<ulong>.Shared.Rent(length);
        }

        return passing;
    }
}
