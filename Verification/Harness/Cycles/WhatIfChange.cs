using TileProof.HwModel.Timing;

namespace TileProof.Verification.Cycles;

/// <summary>A named change of the system.</summary>
/// <param name="Name">Such as <c>weight-sums-at-load</c>.</param>
/// <param name="Description">One phrase.</param>
/// <param name="Apply">Adds the change to assumptions.</param>
/// <param name="BankFactor">How many times as large the banks are.</param>
/// <param name="Group">What changes that exclude each other have in common; null for a change that goes with all.</param>
public sealed record WhatIfChange(string Name, string Description, Func<TimingAssumptions, TimingAssumptions> Apply, int BankFactor = 1, string? Group = null)
{
    private const string BankCountGroup = "bank count";

    /// <summary>The changes that can be asked for.</summary>
    public static IReadOnlyList<WhatIfChange> All { get; } =
    [
        new("weight-sums-at-load", "weight sums and magnitudes computed once at load", static a => a with { WeightSumsAtLoad = true }),
        new("overlap-loads", "kernels wait for their own tile only, so the next load runs beside them", static a => a with { Waits = WaitPolicy.EveryTransfer }),
        new("double-buffer-weights", "the next coefficients load while the current ones are used", static a => a with { CoefficientsDoubleBuffered = true }),
        new("fill-halo", "only the padding of a tile is filled", static a => a with { FillsHaloOnly = true }),
        new("wide-vectors", "vectors of 1024 bits", static a => a with { VectorWidthFactor = 2 * a.VectorWidthFactor }),
        new("fast-dma", "DMA twice as fast", static a => a with { DmaSpeedFactor = 2 * a.DmaSpeedFactor }),
        new("large-banks", "banks twice as large", static a => a, BankFactor: 2),
        new("one-bank", "one bank with the bytes of both", static a => a with { BankCount = 1 }, Group: BankCountGroup),
        new("four-banks", "four banks of this size", static a => a with { BankCount = 4 }, Group: BankCountGroup),
        new("fold-zero-point", "output zero point folded into the bias: the L1-norm derivation does so already", static a => a),
    ];
}
