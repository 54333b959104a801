namespace TileProof.HwModel.Planning;

/// <summary>Whether the buffers of a tile fit any number of banks, each buffer in the first bank that has room, the largest first.</summary>
internal static class BankPacking
{
    public static bool Fits(in TileBuffers buffers, int bankCount, long bankBytes)
    {
        Span<long> sizes =
        [
            buffers.InputBytes, buffers.InputBytes, buffers.CoefficientBytes, buffers.OutputBytes, buffers.OutputBytes, buffers.BiasBytes, buffers.OutputScaleBytes,
        ];
        sizes.Sort(static (left, right) => right.CompareTo(left));
        var freeBytes = new long[bankCount];
        Array.Fill(freeBytes, bankBytes);
        foreach (long size in sizes)
        {
            int bank = Array.FindIndex(freeBytes, free => free >= size);
            if (bank < 0)
            {
                return false;
            }

            freeBytes[bank] -= size;
        }

        return true;
    }
}
