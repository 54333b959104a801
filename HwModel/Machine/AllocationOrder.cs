using System.Globalization;

namespace TileProof.HwModel.Machine;

/// <summary>Where banks place the buffers that a program asks for. A correct program gives the same result under every order.</summary>
/// <remarks>No order needs more bytes than another, apart from the shifts; <c>default</c> is the order of the program from offset 0.</remarks>
public readonly record struct AllocationOrder
{
    private readonly BankBytes? shifts;

    /// <summary>Makes an order.</summary>
    /// <param name="seed">0 for the order of the program, else the seed of the permutation.</param>
    /// <param name="shifts">Bytes left free at the start of each bank, multiples of 64; none for banks beyond the list.</param>
    /// <exception cref="ArgumentOutOfRangeException">A shift is negative or not a multiple of 64.</exception>
    public AllocationOrder(int seed, BankBytes shifts)
    {
        ArgumentNullException.ThrowIfNull(shifts);
        foreach (int shiftBytes in shifts)
        {
            if (shiftBytes < 0 || shiftBytes % 64 != 0)
            {
                throw new ArgumentOutOfRangeException(nameof(shifts), shiftBytes, "A shift is 0 or a positive multiple of 64 bytes.");
            }
        }

        Seed = seed;
        this.shifts = shifts;
    }

    /// <summary>0 for the order of the program; otherwise each buffer goes to the lower or the upper end of the free bytes, drawn from this.</summary>
    public int Seed { get; }

    /// <summary><c>order 7 shifted 64+0</c>, for reports.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"order {Seed} shifted {string.Join('+', shifts ?? BankBytes.Of(0, 0))}");

    /// <summary>The bytes left free at the start of a bank.</summary>
    internal int ShiftBytes(int bank) => shifts is { } given && bank < given.Count ? given[bank] : 0;
}
