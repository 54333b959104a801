namespace TileProof.HwModel.Programs;

/// <summary>Where the published programs of operators other than tiled convolutions differ from the corrected ones.</summary>
/// <param name="IsPublished">Whether waits, bounds and chunks are the published ones.</param>
/// <param name="InvalidatesOutputFirst">Whether the cache lines of an output are dropped before DMA stores behind them; softmax then maintains its input too.</param>
/// <param name="WaitsForWeights">Whether the fully connected layer waits for the weights that it loads; not as published (hazards L1, L2).</param>
internal sealed record OperatorPolicy(bool IsPublished, bool InvalidatesOutputFirst, bool WaitsForWeights)
{
    /// <summary>Every wait, bound and cache operation that a correct result needs.</summary>
    public static OperatorPolicy Corrected { get; } = new(IsPublished: false, InvalidatesOutputFirst: true, WaitsForWeights: true);

    /// <summary>As published.</summary>
    public static OperatorPolicy Published { get; } = new(IsPublished: true, InvalidatesOutputFirst: false, WaitsForWeights: false);
}
