using System.Globalization;

namespace TileProof.HwModel.Planning;

/// <summary>How a free convolution program walks its tiles and which buffers it keeps twice; published programs have no such choice.</summary>
/// <remarks>
/// A load is left out when the buffer already holds what the next step reads, so that inputs serve all channel tiles of a row tile, or
/// coefficients all row tiles of a channel tile.
/// </remarks>
public sealed record TileSchedule
{
    /// <summary>Which loop is the outer one.</summary>
    public required LoopOrder Order { get; init; }

    /// <summary>Input buffers, 1 or 2; with two, the next tile is loaded while this one is computed.</summary>
    public required int InputBufferCount { get; init; }

    /// <summary>Coefficient buffers, 1 or 2; with two, the next coefficients are loaded while this tile is computed.</summary>
    public required int CoefficientBufferCount { get; init; }

    /// <summary>
    /// Input channels that one kernel call sums over. Fewer than all: the sums wait as int32 in local memory, wrapped to 24 bits like
    /// the accumulators that they continue. Addition modulo 2^24 does not depend on the order, so the result is exact; on a machine
    /// whose accumulators saturate it is exact only when no sum can leave 24 bits.
    /// </summary>
    public required int InputChannelsPerPass { get; init; }

    /// <summary>Whether the biases and scales of all channels stay in local memory; else those of a channel tile are loaded with it.</summary>
    public required bool KeepsAllBiases { get; init; }

    /// <summary>The bank of the second coefficient buffer; 0 where there is none.</summary>
    public int SecondCoefficientBank { get; init; }

    /// <summary>The bank of the partial sums; 0 where there are none.</summary>
    public int PartialSumBank { get; init; }

    /// <summary>One line for reports, such as <c>rows outer, 2 input and 1 coefficient buffers</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Order == LoopOrder.RowsOuter ? "rows" : "channels")} outer, {InputBufferCount} input and {CoefficientBufferCount} coefficient buffers, {InputChannelsPerPass} channels a pass, biases {(KeepsAllBiases ? "kept" : "per tile")}");
}
