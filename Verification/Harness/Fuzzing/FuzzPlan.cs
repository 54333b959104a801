using TileProof.HwModel.Planning;

namespace TileProof.Verification.Fuzzing;

/// <summary>How a convolution of a fuzz case is planned. Tiles that do not fit the banks shrink until they do; what never fits is left to the planner.</summary>
public sealed record FuzzPlan
{
    /// <summary>Where the plan comes from.</summary>
    public FuzzPlanKind Kind { get; init; }

    /// <summary>Output channels of a tile, 1 or more; more than the layer has count as all.</summary>
    public int ChannelsPerTile { get; init; } = 1;

    /// <summary>Output rows of a tile, 1 or more.</summary>
    public int RowsPerTile { get; init; } = 1;

    /// <summary>Which of the placements that fit is taken.</summary>
    public int PlacementSeed { get; init; }

    /// <summary>The outer loop of a free schedule.</summary>
    public LoopOrder Order { get; init; }

    /// <summary>Input buffers of a free schedule, 1 or 2.</summary>
    public int InputBuffers { get; init; } = 2;

    /// <summary>Coefficient buffers of a free schedule, 1 or 2.</summary>
    public int CoefficientBuffers { get; init; } = 1;

    /// <summary>Parts of the input channels that a free schedule sums one after the other, 1 or more.</summary>
    public int Passes { get; init; } = 1;

    /// <summary>Whether a free schedule keeps the biases of all channels in local memory.</summary>
    public bool KeepsAllBiases { get; init; } = true;
}
