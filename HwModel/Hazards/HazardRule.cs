namespace TileProof.HwModel.Hazards;

/// <summary>One rule that the programs of the machine have to keep.</summary>
/// <param name="Name">A short stable name for reports.</param>
/// <param name="Explanation">What goes wrong when it is broken.</param>
/// <param name="AppliesTo">Which operations are judged.</param>
/// <param name="Severity">Whether a breach is a violation or a warning.</param>
/// <remarks>Ordering rules are judged by what the program waited for, never by when bytes happened to arrive.</remarks>
public sealed record HazardRule(string Name, string Explanation, string AppliesTo, HazardSeverity Severity)
{
    /// <summary>Bytes are read that a transfer under way writes.</summary>
    public static HazardRule ReadBeforeArrival { get; } = Violation(
        "read-before-arrival",
        "Bytes are read for whose transfer the program has not waited: they may be old, new, or a mix.",
        "computations, and transfers of the other channel");

    /// <summary>Bytes are overwritten that a transfer under way reads.</summary>
    public static HazardRule WriteUnderRead { get; } = Violation(
        "write-under-read",
        "Bytes are overwritten that a transfer may still be reading: it may carry away the new bytes instead of the old ones.",
        "computations, fills, and transfers of the other channel");

    /// <summary>Bytes are overwritten that a transfer under way writes.</summary>
    public static HazardRule WriteUnderWrite { get; } = Violation(
        "write-under-write",
        "Bytes are written that a transfer may still be writing: which of the two stays depends on timing.",
        "computations, fills, and transfers of the other channel");

    /// <summary>Local bytes are read that the program has never written.</summary>
    public static HazardRule NeverWritten { get; } = Violation(
        "never-written",
        "Local memory is read that this program has not written: it holds what an earlier program left.",
        "computations and outbound transfers, in the two banks");

    /// <summary>An access leaves its buffer but not its bank.</summary>
    public static HazardRule OutsideBuffer { get; } = Violation(
        "outside-buffer",
        "An access leaves the buffer that it means to address and touches what lies beside it in the bank.",
        "every access to the two banks");

    /// <summary>An access leaves its bank.</summary>
    public static HazardRule OutsideBank { get; } = Violation(
        "outside-bank",
        "An access goes past the end of its bank.",
        "every access to the two banks");

    /// <summary>Bytes beside a tensor are read.</summary>
    public static HazardRule OverRead { get; } = Violation(
        "over-read",
        "Bytes outside the tensor are read from system memory: they may belong to anything, or not exist.",
        "every read of system memory");

    /// <summary>Bytes beside a tensor are written.</summary>
    public static HazardRule OverWrite { get; } = Violation(
        "over-write",
        "Bytes outside the tensor are written in system memory: they belong to something else.",
        "every write of system memory");

    /// <summary>A buffer does not fit its bank.</summary>
    public static HazardRule BankOverflow { get; } = Violation(
        "bank-overflow",
        "A buffer was handed out that ends behind its bank.",
        "allocations in the two banks");

    /// <summary>Two buffers share bytes.</summary>
    public static HazardRule BufferOverlap { get; } = Violation(
        "buffer-overlap",
        "A buffer was handed out that shares bytes with another one of the program.",
        "allocations in the two banks");

    /// <summary>A descriptor is issued into a full ring.</summary>
    public static HazardRule RingOverflow { get; } = Violation(
        "ring-overflow",
        "A descriptor is issued while its channel already holds as many as its ring has places: whether the core stalls or the descriptor is lost is not documented.",
        "issues to a DMA channel");

    /// <summary>A descriptor field does not hold its value.</summary>
    public static HazardRule DescriptorRange { get; } = Violation(
        "descriptor-range",
        "A row or plane count does not fit its 16-bit field.",
        "DMA descriptors");

    /// <summary>An address is not aligned where the hardware truncates it.</summary>
    public static HazardRule Misaligned { get; } = Violation(
        "misaligned",
        "An access that the hardware aligns down starts at an address that is not aligned.",
        "aligned vector accesses, and DMA where the configuration asks for alignment");

    /// <summary>A program returns with a transfer under way.</summary>
    public static HazardRule InFlightAtReturn { get; } = Violation(
        "in-flight-at-return",
        "The program returns without having waited for a transfer: it runs on in memory that the next program uses.",
        "the end of a program");

    /// <summary>DMA reads what the core may hold in its cache only.</summary>
    public static HazardRule DmaReadsDirtyLine { get; } = Violation(
        "dma-reads-dirty-line",
        "DMA reads bytes of system memory that the core has not written back from its cache: it reads the old ones.",
        "DMA from system memory");

    /// <summary>DMA writes below dirty cache lines.</summary>
    public static HazardRule DmaWritesUnderDirtyLine { get; } = Violation(
        "dma-writes-under-dirty-line",
        "DMA writes bytes of system memory whose cache lines may be dirty: their eviction overwrites what DMA wrote.",
        "DMA to system memory");

    /// <summary>The core reads lines that DMA has changed behind its cache.</summary>
    public static HazardRule StaleCacheRead { get; } = Violation(
        "stale-cache-read",
        "The core reads bytes that DMA has written without dropping its cache lines: it may read the old ones.",
        "computations on system memory, and tensors handed back without invalidation");

    /// <summary>An invalidation drops dirty bytes of a neighbour.</summary>
    public static HazardRule PartialLineInvalidate { get; } = Violation(
        "partial-line-invalidate",
        "Dropping the first or last cache line of a region also drops bytes beside it that the core has not written back.",
        "cache invalidation");

    /// <summary>An error is not looked at.</summary>
    public static HazardRule IgnoredStatus { get; } = Violation(
        "ignored-status",
        "A kernel returned an error and its caller went on: the output holds what was there before.",
        "kernel calls");

    /// <summary>An accumulator left 24 bits.</summary>
    public static HazardRule AccumulatorOverflow { get; } = Warning(
        "accumulator-overflow",
        "A sum left the 24-bit accumulator.",
        "convolutions");

    /// <summary>A value was saturated to int16.</summary>
    public static HazardRule Int16Saturation { get; } = Warning(
        "int16-saturation",
        "A value was saturated to int16 between the two shifts or after the second.",
        "convolutions");

    /// <summary>All rules, in the order of reports.</summary>
    public static IReadOnlyList<HazardRule> All { get; } =
    [
        ReadBeforeArrival, WriteUnderRead, WriteUnderWrite, NeverWritten, OutsideBuffer, OutsideBank, OverRead, OverWrite, BankOverflow,
        BufferOverlap, RingOverflow, DescriptorRange, Misaligned, InFlightAtReturn, DmaReadsDirtyLine, DmaWritesUnderDirtyLine, StaleCacheRead,
        PartialLineInvalidate, IgnoredStatus, AccumulatorOverflow, Int16Saturation,
    ];

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private static HazardRule Violation(string name, string explanation, string appliesTo) => new(name, explanation, appliesTo, HazardSeverity.Violation);

    private static HazardRule Warning(string name, string explanation, string appliesTo) => new(name, explanation, appliesTo, HazardSeverity.Warning);
}
