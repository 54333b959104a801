using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Faults;

/// <summary>Defects in padding, in the cache, in allocation, and in the memory itself.</summary>
internal static class MemoryFaults
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        Fill("whole-fill-missing", FaultClass.MissingFill, "tile buffers are not filled before their load", static p => p == FillPurpose.WholeBuffer, null),
        Fill("edge-extension-missing", FaultClass.MissingFill, "padding is not written again after the load", static p => p == FillPurpose.EdgeExtension, null),
        Fill("all-padding-missing", FaultClass.MissingFill, "padding is never written", static _ => true, null),
        Fill("padding-is-zero", FaultClass.PadValue, "padding is 0 instead of the zero point", static _ => true, static _ => 0),
        Fill("padding-off-by-one", FaultClass.PadValue, "padding is the zero point plus 1", static _ => true, static value => unchecked((byte)(value + 1))),
        Fill("padding-sign", FaultClass.PadValue, "padding has the sign of the zero point changed", static _ => true, static value => unchecked((byte)-value)),
        Fill("edge-value-off-by-one", FaultClass.PadValue, "edge extension writes the zero point plus 1", static p => p == FillPurpose.EdgeExtension, static value => unchecked((byte)(value + 1))),
        Fill("whole-fill-off-by-one", FaultClass.PadValue, "tile buffers are filled with the zero point plus 1 before their load", static p => p == FillPurpose.WholeBuffer, static value => unchecked((byte)(value + 1))),
        Cache("input-not-written-back", "the input stays in the cache", "input", writesBack: true, static _ => true, shortens: false),
        Cache("weights-not-written-back", "the weights stay in the cache", "weights", writesBack: true, static _ => true, shortens: false),
        Cache("biases-not-written-back", "the biases stay in the cache", "kernel biases", writesBack: true, static _ => true, shortens: false),
        Cache("half-input-written-back", "half of the input stays in the cache", "input", writesBack: true, static _ => true, shortens: true),
        Cache("output-not-invalidated-before", "the output lines stay in the cache while DMA stores", "output", writesBack: false, static index => index == 0, shortens: false),
        Cache("output-not-invalidated-after", "the core keeps stale lines of the output", "output", writesBack: false, static index => index == 1, shortens: false),
        Cache("half-output-invalidated-after", "the core keeps stale lines of half of the output", "output", writesBack: false, static index => index == 1, shortens: true),
        Overlap("pong-over-ping", "the second input buffer lies over the first", "input pong", "input ping"),
        Overlap("output-pong-over-ping", "the second output buffer lies over the first", "output pong", "output ping"),
        Overlap("bias-over-output", "the biases lie over an output buffer", "bias", "output ping"),
        new(
            "coefficients-too-short",
            FaultClass.BankOverlap,
            "the coefficient buffer is 64 bytes too short",
            static () => new AllocationFault("coefficients", static (buffer, _) => buffer.Slice(buffer.Label, 0, Math.Max(1, buffer.LengthBytes - 64)))),
        Flip("input-bit-flip", "bit 6 in the middle of the first input tile flips", "input", 0.5, static value => (byte)(value ^ 0x40)),
        Flip("coefficient-bit-flip", "bit 6 of the first coefficient flips", "coefficients", 0, static value => (byte)(value ^ 0x40)),
        Flip("last-coefficient-bit-flip", "bit 6 of the last coefficient flips", "coefficients", 1, static value => (byte)(value ^ 0x40)),
        Flip("bias-bit-flip", "bit 7 of the first bias flips", "bias", 0, static value => (byte)(value ^ 0x80)),
        Flip("coefficient-byte-cleared", "the coefficient in the middle is 0", "coefficients", 0.5, static _ => 0),
        Flip("coefficient-bit-stuck", "bit 5 of the coefficient in the middle is stuck at 1", "coefficients", 0.5, static value => (byte)(value | 0x20)),
    ];

    public static IReadOnlyList<Fault> Further { get; } =
    [
        Cache("half-output-invalidated-before", "half of the output stays in the cache while DMA stores, and the line in its middle is dropped", "output", writesBack: false, static index => index == 0, shortens: true),
        new(
            "coefficients-over-end-of-bank",
            FaultClass.BankOverlap,
            "half of the coefficient buffer lies behind the end of its bank",
            static () => new AllocationFault("coefficients", static (buffer, _) => buffer.Slice(buffer.Label, buffer.Space.CapacityBytes - (buffer.LengthBytes / 2) - buffer.OffsetBytes, buffer.LengthBytes))),
    ];

    private static Fault Fill(string name, FaultClass kind, string description, Func<FillPurpose, bool> applies, Func<byte, byte>? value) =>
        new(name, kind, description, () => new FillFault(applies, value));

    private static Fault Cache(string name, string description, string label, bool writesBack, Func<int, bool> applies, bool shortens) =>
        new(name, FaultClass.Cache, description, () => new CacheFault(label, writesBack, applies, shortens));

    private static Fault Overlap(string name, string description, string label, string over) => new(
        name,
        FaultClass.BankOverlap,
        description,
        () => new AllocationFault(label, (buffer, buffers) => buffers.FirstOrDefault(b => b.Label == over)?.Slice(buffer.Label, 0, buffer.LengthBytes)));

    private static Fault Flip(string name, string description, string label, double position, Func<byte, byte> change) =>
        new(name, FaultClass.MemoryCorruption, description, () => new MemoryFault(label, static index => index == 0, position, change));
}
