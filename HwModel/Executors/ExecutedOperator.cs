using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Executors;

/// <summary>How an operator call ran.</summary>
/// <param name="Path">The path that computed it.</param>
/// <param name="Tiling">The tiles in one line, such as <c>n16 x 4, R2 x 8, banks 0011111</c> or <c>6 chunks of 12595</c>; <c>whole</c> without tiles.</param>
public sealed record ExecutedOperator(OperatorPath Path, string Tiling)
{
    /// <summary>The tiling of an untiled run.</summary>
    public const string Whole = "whole";

    /// <summary>The plan of a convolution that ran in a tiled or cache kernel; null for everything else.</summary>
    public Conv2dTilePlan? ConvolutionPlan { get; init; }

    /// <summary>The plan of a max pooling that ran in tiles; null for everything else.</summary>
    public MaxPoolTilePlan? MaxPoolPlan { get; init; }
}
