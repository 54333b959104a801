namespace TileProof.HwModel.Timing;

/// <summary>Changes of the machine that a what-if question assumes; the default is the published system.</summary>
public sealed record TimingAssumptions
{
    /// <summary>The published system.</summary>
    public static TimingAssumptions None { get; } = new();

    /// <summary>Weight sums and magnitudes are computed once when the model is loaded instead of in every call.</summary>
    public bool WeightSumsAtLoad { get; init; }

    /// <summary>Vectors this many times as wide: kernels, epilogues and fills take that much less time.</summary>
    public double VectorWidthFactor { get; init; } = 1;

    /// <summary>DMA this many times as fast, in bytes and in latency.</summary>
    public double DmaSpeedFactor { get; init; } = 1;
}
