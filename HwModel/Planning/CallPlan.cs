namespace TileProof.HwModel.Planning;

/// <summary>How an operator call runs: its path and its tiles.</summary>
/// <param name="Path">The path that computes it.</param>
/// <param name="Tiling">The tiles in one line, such as <c>n16 x 4, R2 x 8, banks 0011111</c> or <c>6 chunks of 12595</c>; <c>whole</c> without tiles.</param>
public sealed record CallPlan(OperatorPath Path, string Tiling)
{
    /// <summary>The tiling of an untiled call.</summary>
    public const string Whole = "whole";

    /// <summary>How a convolution in a tiled or cache kernel runs.</summary>
    public static CallPlan Of(Conv2dTilePlan plan, string tiling)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new(plan is CachePlan ? OperatorPath.Direct : OperatorPath.Dma, tiling) { Convolution = plan };
    }

    /// <summary>The plan of a convolution in a tiled or cache kernel; null for everything else.</summary>
    public Conv2dTilePlan? Convolution { get; init; }

    /// <summary>The plan of a max pooling in tiles; null for everything else.</summary>
    public MaxPoolTilePlan? MaxPool { get; init; }
}
