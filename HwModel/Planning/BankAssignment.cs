using System.Numerics;

namespace TileProof.HwModel.Planning;

/// <summary>Finds a bank for every buffer of a tile: exact, over all assignments, the published ones first.</summary>
internal static class BankAssignment
{
    /// <summary>The most buffers of a program: seven of the published ones, a second coefficient buffer and partial sums.</summary>
    private const int LargestBufferCount = 9;

    /// <summary>The bank of each buffer, bit i of the result for buffer i; null when no assignment fits.</summary>
    /// <param name="lengthBytes">The buffers, each rounded up to the allocation step; 0 for a buffer that does not exist.</param>
    /// <param name="dram0Bytes">The bytes of bank 0.</param>
    /// <param name="dram1Bytes">The bytes of bank 1.</param>
    public static uint? Find(ReadOnlySpan<long> lengthBytes, long dram0Bytes, long dram1Bytes)
    {
        long total = 0;
        foreach (long length in lengthBytes)
        {
            total += length;
        }

        if (total > dram0Bytes + dram1Bytes)
        {
            return null;
        }

        Span<long> bank1Bytes = stackalloc long[1 << LargestBufferCount];
        int assignments = 1 << lengthBytes.Length;
        for (int assignment = 1; assignment < assignments; assignment++)
        {
            long sum = bank1Bytes[assignment & (assignment - 1)] + lengthBytes[BitOperations.TrailingZeroCount(assignment)];
            bank1Bytes[assignment] = sum;
            if (sum <= dram1Bytes && total - sum <= dram0Bytes)
            {
                return (uint)assignment;
            }
        }

        return total <= dram0Bytes ? 0 : null;
    }

    /// <summary>A placement of the seven published buffers, or null; the published rules are asked first.</summary>
    public static BankPlacement? Find(in TileBuffers buffers, long dram0Bytes, long dram1Bytes)
    {
        if (PlacementSearch.Find(buffers, dram0Bytes, dram1Bytes) is { } published)
        {
            return published;
        }

        ReadOnlySpan<long> lengthBytes =
        [
            buffers.InputBytes, buffers.InputBytes, buffers.CoefficientBytes, buffers.OutputBytes, buffers.OutputBytes, buffers.BiasBytes, buffers.OutputScaleBytes,
        ];
        return Find(lengthBytes, dram0Bytes, dram1Bytes) is { } banks ? FromBits(banks) : null;
    }

    /// <summary>The placement of the first seven buffers of an assignment.</summary>
    public static BankPlacement FromBits(uint banks)
    {
        return new BankPlacement(Bank(0), Bank(1), Bank(2), Bank(3), Bank(4), Bank(5), Bank(6));

        int Bank(int buffer) => (int)(banks >> buffer) & 1;
    }
}
