using System.Globalization;

namespace TileProof.HwModel.Machine;

/// <summary>The modelled machine: vector width, local banks, DMA and the choices that the public source leaves open.</summary>
/// <remarks>Defaults follow the operator contract, sections 0.3, 0.4 and 0.6.</remarks>
public sealed record DspConfiguration
{
    /// <summary>The smallest bank that a configuration may have, in bytes.</summary>
    public const int MinimumBankBytes = 1024;

    /// <summary>The largest bank that a configuration may have, in bytes.</summary>
    public const int MaximumBankBytes = 16 * 1024 * 1024;

    /// <summary>Banks are multiples of this, in bytes.</summary>
    public const int BankGranularityBytes = 64;

    private DspConfiguration(int dram0Bytes, int dram1Bytes)
    {
        Dram0Bytes = dram0Bytes;
        Dram1Bytes = dram1Bytes;
    }

    /// <summary>The bytes of local bank DRAM0.</summary>
    public int Dram0Bytes { get; private init; }

    /// <summary>The bytes of local bank DRAM1.</summary>
    public int Dram1Bytes { get; private init; }

    /// <summary>The vector width: 64 int8, 32 int16 or 16 float32 lanes.</summary>
    public int VectorBytes { get; init; } = 64;

    /// <summary>Local allocations are rounded up to this.</summary>
    public int AllocationAlignmentBytes { get; init; } = 64;

    /// <summary>Descriptors that one DMA channel holds at a time.</summary>
    public int RingDepth { get; init; } = 2;

    /// <summary>What issuing into a full ring does; the public source does not say.</summary>
    public RingFullBehavior RingFull { get; init; } = RingFullBehavior.Block;

    /// <summary>What a 24-bit accumulator does beyond its range; inferred from the public source.</summary>
    public AccumulatorOverflow AccumulatorOverflow { get; init; } = AccumulatorOverflow.Wrap;

    /// <summary>The static scratch buffer of the cache-mode kernels, in bytes.</summary>
    public int CacheScratchBytes { get; init; } = 1024 * 1024;

    /// <summary>What local memory holds before a program writes it; not zero, so that a read of it shows.</summary>
    public byte PoisonByte { get; init; } = 0xA5;

    /// <summary>What an access outside its buffer does; the machine that corrected programs run on faults.</summary>
    public OutOfBoundsBehavior OutOfBounds { get; init; } = OutOfBoundsBehavior.Fault;

    /// <summary>Where the banks place buffers.</summary>
    public AllocationOrder AllocationOrder { get; init; }

    /// <summary>Tensors in system memory start at a multiple of this; below one cache line, neighbours share lines.</summary>
    public int SystemAlignmentBytes { get; init; } = SystemMemory.CacheLineBytes;

    /// <summary>DMA source and destination start at a multiple of this; the public source asks for none.</summary>
    public int DmaAlignmentBytes { get; init; } = 1;

    /// <summary>The largest row count and plane count that a descriptor holds: 16-bit signed fields.</summary>
    public int DescriptorCountLimit { get; init; } = short.MaxValue;

    /// <summary>This machine with banks of other sizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">As for <see cref="FromBankBytes"/>.</exception>
    public DspConfiguration WithBankBytes(int dram0Bytes, int dram1Bytes)
    {
        ValidateBank(dram0Bytes, nameof(dram0Bytes));
        ValidateBank(dram1Bytes, nameof(dram1Bytes));
        return this with { Dram0Bytes = dram0Bytes, Dram1Bytes = dram1Bytes };
    }

    /// <summary>Makes a configuration with two banks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bank is outside 1024 bytes..16 MiB or not a multiple of 64 bytes.</exception>
    public static DspConfiguration FromBankBytes(int dram0Bytes, int dram1Bytes)
    {
        ValidateBank(dram0Bytes, nameof(dram0Bytes));
        ValidateBank(dram1Bytes, nameof(dram1Bytes));
        return new DspConfiguration(dram0Bytes, dram1Bytes);
    }

    private static void ValidateBank(int bankBytes, string parameterName)
    {
        if (bankBytes is < MinimumBankBytes or > MaximumBankBytes || bankBytes % BankGranularityBytes != 0)
        {
            throw new ArgumentOutOfRangeException(
                parameterName,
                string.Create(CultureInfo.InvariantCulture, $"A bank of {bankBytes} bytes is not possible: it takes {MinimumBankBytes}..{MaximumBankBytes} bytes, a multiple of {BankGranularityBytes}."));
        }
    }
}
