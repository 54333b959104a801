using System.Globalization;
using TileProof.Operators;

namespace TileProof.HwModel.Machine;

/// <summary>One of the local data memories.</summary>
public sealed class MemoryBank : MemorySpace
{
    private readonly AllocationOrder order;
    private RandomSequence? random;
    private int upperBytes;

    private MemoryBank(int index, int capacityBytes, DspConfiguration configuration, bool hasBytes)
        : base(string.Create(CultureInfo.InvariantCulture, $"DRAM{index}"), capacityBytes, configuration.AllocationAlignmentBytes, configuration, hasBytes)
    {
        Index = index;
        order = configuration.AllocationOrder;
    }

    /// <summary>The banks of a machine, DRAM0 first.</summary>
    internal static MemoryBank[] AllOf(DspConfiguration configuration, bool hasBytes) =>
        [.. configuration.Banks.Select((bytes, index) => new MemoryBank(index, bytes, configuration, hasBytes))];

    /// <summary>0 for DRAM0, 1 for DRAM1, and so on.</summary>
    public int Index { get; }

    /// <summary>Releases every buffer; the bytes stay as they are.</summary>
    internal void ReleaseAll()
    {
        ReleaseTo(0);
        upperBytes = 0;
        random = order.Seed == 0 ? null : new RandomSequence(CounterRandom.FromSeed(unchecked((ulong)order.Seed)).Stream(Index));
    }

    /// <inheritdoc/>
    private protected override long NextOffset(long roundedBytes)
    {
        long shiftBytes = order.ShiftBytes(Index);
        if (random?.Below(2) == 1 && shiftBytes + UsedBytes + roundedBytes <= CapacityBytes)
        {
            upperBytes += (int)roundedBytes;
            return CapacityBytes - upperBytes;
        }

        return shiftBytes + UsedBytes - upperBytes;
    }
}
