namespace TileProof.HwModel.Timing;

/// <summary>Changes of the machine or of the programs that a what-if question assumes; the default is the published system.</summary>
public sealed record TimingAssumptions
{
    /// <summary>The published system.</summary>
    public static TimingAssumptions None { get; } = new();

    /// <summary>The corrected programs: every wait, and no stale cache line.</summary>
    public static TimingAssumptions CorrectedPrograms { get; } = new() { Waits = WaitPolicy.EveryTransfer, InvalidatesOutputFirst = true };

    /// <summary>Weight sums and magnitudes are computed once when the model is loaded instead of in every call.</summary>
    public bool WeightSumsAtLoad { get; init; }

    /// <summary>The next coefficient tile loads while the current one is used; its buffer is assumed to fit.</summary>
    public bool CoefficientsDoubleBuffered { get; init; }

    /// <summary>Only the padding of an input tile is filled, not the whole buffer.</summary>
    public bool FillsHaloOnly { get; init; }

    /// <summary>Vectors this many times as wide: kernels, epilogues and fills take that much less time.</summary>
    public double VectorWidthFactor { get; init; } = 1;

    /// <summary>DMA this many times as fast, in bytes and in latency.</summary>
    public double DmaSpeedFactor { get; init; } = 1;

    /// <summary>Local banks. 1 is one bank with the bytes of both; any other number but 2 is that many banks as large as the smaller one. Convolutions only.</summary>
    public int BankCount { get; init; } = 2;

    /// <summary>Whether the programs drop the cache lines of an output before DMA stores behind them too, as the corrected ones do.</summary>
    public bool InvalidatesOutputFirst { get; init; }

    /// <summary>Which transfers convolutions wait for; the published print-free runs are explained best by the default.</summary>
    public WaitPolicy Waits { get; init; } = WaitPolicy.BothChannelsBeforeKernel;
}
