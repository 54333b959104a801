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

    /// <summary>What the published allocator rounds up to, and the published planner with it.</summary>
    public const int PublishedAllocationAlignmentBytes = 64;

    /// <summary>The most local banks that a machine may have.</summary>
    public const int MaximumBankCount = 8;

    private DspConfiguration(BankBytes banks) => Banks = banks;

    /// <summary>The bytes of the local banks, 1 to 8 of them.</summary>
    public BankBytes Banks { get; private init; }

    /// <summary>The bank of the first side of programs that work in ping-pong over two: of the two largest, the one that comes first.</summary>
    public BankShare Ping => Side(0);

    /// <summary>The bank of the second side; on a machine with one bank, each side has half of it. A side is a multiple of what the allocator rounds up to.</summary>
    public BankShare Pong => Side(1);

    /// <summary>The vector width: 64 int8, 32 int16 or 16 float32 lanes.</summary>
    public int VectorBytes { get; init; } = 64;

    /// <summary>Local allocations are rounded up to this.</summary>
    public int AllocationAlignmentBytes { get; init; } = PublishedAllocationAlignmentBytes;

    /// <summary>Planes of rows: the largest kind of descriptor.</summary>
    public const int MaximumDescriptorDimensions = 3;

    /// <summary>The largest count that a descriptor of the modelled machine holds.</summary>
    public const int MaximumDescriptorCount = short.MaxValue;

    /// <summary>The most DMA channels that the modelled programs use.</summary>
    public const int MaximumDmaChannelCount = 2;

    /// <summary>DMA channels, 1 or 2; on one channel the transfers of both follow each other.</summary>
    public int DmaChannelCount { get; init; } = MaximumDmaChannelCount;

    /// <summary>What one descriptor describes: 1 for consecutive bytes, 2 for rows, 3 for planes of rows.</summary>
    public int DescriptorDimensions { get; init; } = MaximumDescriptorDimensions;

    /// <summary>Whether the core sees system memory through a write-back cache, which programs maintain around DMA.</summary>
    public bool HasDataCache { get; init; } = true;

    /// <summary>Bytes of a line of that cache, at most those of the lines that tensors begin at.</summary>
    public int CacheLineBytes { get; init; } = SystemMemory.CacheLineBytes;

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
    public int DescriptorCountLimit { get; init; } = MaximumDescriptorCount;

    /// <summary>This machine with banks of other sizes, as many or more or fewer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">As for <see cref="FromBankBytes(BankBytes)"/>.</exception>
    public DspConfiguration WithBanks(BankBytes banks) => this with { Banks = Validated(banks) };

    /// <summary>Makes a configuration with two banks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bank is outside 1024 bytes..16 MiB or not a multiple of 64 bytes.</exception>
    public static DspConfiguration FromBankBytes(int dram0Bytes, int dram1Bytes) => FromBankBytes(BankBytes.Of(dram0Bytes, dram1Bytes));

    /// <summary>Makes a configuration.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bank is outside 1024 bytes..16 MiB or not a multiple of 64 bytes, or there are none or more than 8.</exception>
    public static DspConfiguration FromBankBytes(BankBytes banks) => new(Validated(banks));

    private static BankBytes Validated(BankBytes banks)
    {
        ArgumentNullException.ThrowIfNull(banks);
        if (banks.Count is < 1 or > MaximumBankCount)
        {
            throw new ArgumentOutOfRangeException(nameof(banks), banks.Count, $"A machine has 1 to {MaximumBankCount} banks.");
        }

        foreach (int bytes in banks)
        {
            if (bytes is < MinimumBankBytes or > MaximumBankBytes || bytes % BankGranularityBytes != 0)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(banks),
                    string.Create(CultureInfo.InvariantCulture, $"A bank of {bytes} bytes is not possible: it takes {MinimumBankBytes}..{MaximumBankBytes} bytes, a multiple of {BankGranularityBytes}."));
            }
        }

        return banks;
    }

    private BankShare Side(int side)
    {
        if (Banks.Count == 1)
        {
            return new BankShare(0, RoundDownToAllocation(Banks[0] / 2));
        }

        int[] largest = [.. Enumerable.Range(0, Banks.Count).OrderByDescending(bank => Banks[bank]).Take(2).Order()];
        return new BankShare(largest[side], RoundDownToAllocation(Banks[largest[side]]));
    }

    /// <summary>What one buffer can have: the allocator rounds up, and a bank need not be a multiple of what it rounds to.</summary>
    private int RoundDownToAllocation(int lengthBytes) => lengthBytes / AllocationAlignmentBytes * AllocationAlignmentBytes;
}
