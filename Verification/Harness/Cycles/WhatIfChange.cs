using TileProof.HwModel.Programs;

namespace TileProof.Verification.Cycles;

/// <summary>A named change of the system.</summary>
/// <param name="Name">Such as <c>weight-sums-at-load</c>.</param>
/// <param name="Description">One phrase.</param>
/// <param name="Apply">Makes the change.</param>
/// <param name="Group">What changes that exclude each other have in common; null for a change that goes with all.</param>
public sealed record WhatIfChange(string Name, string Description, Func<WhatIfSystem, WhatIfSystem> Apply, string? Group = null)
{
    private const string BankCountGroup = "bank count";

    /// <summary>The changes that can be asked for.</summary>
    public static IReadOnlyList<WhatIfChange> All { get; } =
    [
        new("weight-sums-at-load", "weight sums and magnitudes computed once at load", static system => system with { Machine = system.Machine with { WeightSumsAtLoad = true } }),
        new(
            "overlap-loads",
            "kernels wait for their own tile only, so the next load runs beside them",
            static system => system with { Programs = system.Programs with { Waits = WaitPolicy.EveryTransfer } }),
        new(
            "double-buffer-weights",
            "the next coefficients load while the current ones are used",
            static system => system with { Programs = system.Programs with { DoubleBuffersCoefficients = true } }),
        new("fill-halo", "only the padding of a tile is filled", static system => system with { Programs = system.Programs with { FillsHaloOnly = true } }),
        new("wide-vectors", "vectors of 1024 bits", static system => system with { Machine = system.Machine with { VectorWidthFactor = 2 * system.Machine.VectorWidthFactor } }),
        new("fast-dma", "DMA twice as fast", static system => system with { Machine = system.Machine with { DmaSpeedFactor = 2 * system.Machine.DmaSpeedFactor } }),
        new("large-banks", "banks twice as large", static system => system.WithLargeBanks()),
        new("one-bank", "one bank with the bytes of both", static system => system.WithOneBank(), BankCountGroup),
        new("four-banks", "four banks of this size", static system => system.WithBanks(4), BankCountGroup),
        new("fold-zero-point", "output zero point folded into the bias: the L1-norm derivation does so already", static system => system),
    ];
}
