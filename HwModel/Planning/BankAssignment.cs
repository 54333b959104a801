using System.Numerics;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Planning;

/// <summary>Finds a bank for every buffer of a tile: exact, over all assignments; for two banks the published ones first.</summary>
internal static class BankAssignment
{
    /// <summary>The most buffers of a program: seven of the published ones, a second coefficient buffer and partial sums.</summary>
    private const int LargestBufferCount = 9;

    /// <summary>The bank of each buffer; null when no assignment fits.</summary>
    /// <param name="lengthBytes">The buffers, each rounded up to the allocation step; 0 for a buffer that does not exist.</param>
    /// <param name="banks">The bytes of the banks.</param>
    public static int[]? Find(ReadOnlySpan<long> lengthBytes, BankBytes banks)
    {
        if (banks.Count != 2)
        {
            return Search(lengthBytes, banks);
        }

        return FindInTwo(lengthBytes, banks[0], banks[1]) is { } bits ? [.. Enumerable.Range(0, lengthBytes.Length).Select(i => (bits >> i) & 1)] : null;
    }

    /// <summary>Whether some assignment fits.</summary>
    public static bool Fits(ReadOnlySpan<long> lengthBytes, BankBytes banks) =>
        banks.Count == 2 ? FindInTwo(lengthBytes, banks[0], banks[1]) is not null : Search(lengthBytes, banks) is not null;

    /// <summary>A placement of the seven published buffers, or null; on two banks the published rules are asked first.</summary>
    public static BankPlacement? Find(in TileBuffers buffers, BankBytes banks)
    {
        if (banks.Count == 2 && PlacementSearch.Find(buffers, banks[0], banks[1]) is { } published)
        {
            return published;
        }

        ReadOnlySpan<long> lengthBytes =
        [
            buffers.InputBytes, buffers.InputBytes, buffers.CoefficientBytes, buffers.OutputBytes, buffers.OutputBytes, buffers.BiasBytes, buffers.OutputScaleBytes,
        ];
        return Find(lengthBytes, banks) is { } found ? PlacementOf(found) : null;
    }

    /// <summary>The placement of the first seven buffers of an assignment.</summary>
    public static BankPlacement PlacementOf(ReadOnlySpan<int> banks) => new(banks[0], banks[1], banks[2], banks[3], banks[4], banks[5], banks[6]);

    /// <summary>Bit i is the bank of buffer i.</summary>
    private static int? FindInTwo(ReadOnlySpan<long> lengthBytes, long dram0Bytes, long dram1Bytes)
    {
        long total = Sum(lengthBytes);
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
                return assignment;
            }
        }

        return total <= dram0Bytes ? 0 : null;
    }

    /// <summary>The largest buffer first, each into the first bank that leaves room for the others; banks with as many free bytes are alike.</summary>
    private static int[]? Search(ReadOnlySpan<long> lengthBytes, BankBytes banks)
    {
        long[] lengths = lengthBytes.ToArray();
        int[] order = [.. Enumerable.Range(0, lengths.Length).OrderByDescending(i => lengths[i])];
        long[] free = [.. banks];
        int[] found = new int[lengths.Length];
        return Sum(lengthBytes) <= banks.TotalBytes && Place(0) ? found : null;

        bool Place(int position)
        {
            if (position == order.Length)
            {
                return true;
            }

            int buffer = order[position];
            for (int bank = 0; bank < free.Length; bank++)
            {
                if (free[bank] < lengths[buffer] || Array.IndexOf(free, free[bank]) < bank)
                {
                    continue;
                }

                free[bank] -= lengths[buffer];
                found[buffer] = bank;
                if (Place(position + 1))
                {
                    return true;
                }

                free[bank] += lengths[buffer];
                if (lengths[buffer] == 0)
                {
                    return false;
                }
            }

            return false;
        }
    }

    private static long Sum(ReadOnlySpan<long> lengthBytes)
    {
        long total = 0;
        foreach (long length in lengthBytes)
        {
            total += length;
        }

        return total;
    }
}
