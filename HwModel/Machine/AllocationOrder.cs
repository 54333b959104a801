using System.Globalization;

namespace TileProof.HwModel.Machine;

/// <summary>Where a bank places the buffers that a program asks for. A correct program gives the same result under every order.</summary>
/// <remarks>No order needs more bytes than another, apart from the shift; <c>default</c> is the order of the program from offset 0.</remarks>
public readonly record struct AllocationOrder
{
    private AllocationOrder(int seed, int dram0ShiftBytes, int dram1ShiftBytes)
    {
        Seed = seed;
        Dram0ShiftBytes = dram0ShiftBytes;
        Dram1ShiftBytes = dram1ShiftBytes;
    }

    /// <summary>0 for the order of the program; otherwise each buffer goes to the lower or the upper end of the free bytes, drawn from this.</summary>
    public int Seed { get; }

    /// <summary>Bytes left free at the start of DRAM0.</summary>
    public int Dram0ShiftBytes { get; }

    /// <summary>Bytes left free at the start of DRAM1.</summary>
    public int Dram1ShiftBytes { get; }

    /// <summary>Makes an order.</summary>
    /// <param name="seed">0 for the order of the program, else the seed of the permutation.</param>
    /// <param name="dram0ShiftBytes">Bytes left free at the start of DRAM0, a multiple of 64.</param>
    /// <param name="dram1ShiftBytes">Bytes left free at the start of DRAM1, a multiple of 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">A shift is negative or not a multiple of 64.</exception>
    public static AllocationOrder Create(int seed, int dram0ShiftBytes, int dram1ShiftBytes)
    {
        Validate(dram0ShiftBytes, nameof(dram0ShiftBytes));
        Validate(dram1ShiftBytes, nameof(dram1ShiftBytes));
        return new AllocationOrder(seed, dram0ShiftBytes, dram1ShiftBytes);
    }

    /// <summary><c>order 7 shifted 64+0</c>, for reports.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"order {Seed} shifted {Dram0ShiftBytes}+{Dram1ShiftBytes}");

    /// <summary>The bytes left free at the start of a bank.</summary>
    internal int ShiftBytes(int bank) => bank == 0 ? Dram0ShiftBytes : Dram1ShiftBytes;

    private static void Validate(int shiftBytes, string parameterName)
    {
        if (shiftBytes < 0 || shiftBytes % 64 != 0)
        {
            throw new ArgumentOutOfRangeException(parameterName, shiftBytes, "A shift is 0 or a positive multiple of 64 bytes.");
        }
    }
}
