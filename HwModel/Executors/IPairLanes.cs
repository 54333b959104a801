namespace TileProof.HwModel.Executors;

/// <summary>A vector of int32 sums, and vectors of twice as many int16 values that are multiplied and added in adjacent pairs.</summary>
/// <remarks>
/// One register width of the host processor. Products of values in -255..255 and the sum of a pair fit an int32, so nothing
/// saturates; sums wrap modulo 2^32. All widths give the same sums.
/// </remarks>
/// <typeparam name="TValues">Pairs of int16.</typeparam>
/// <typeparam name="TSums">int32, one per pair.</typeparam>
internal interface IPairLanes<TValues, TSums>
    where TValues : struct
    where TSums : struct
{
    /// <summary>How many sums a vector has; it has twice as many values.</summary>
    static abstract int Count { get; }

    /// <summary>All sums zero.</summary>
    static abstract TSums Zero { get; }

    /// <summary>Consecutive values.</summary>
    static abstract TValues Load(ref short source);

    /// <summary>Consecutive int8 values, widened.</summary>
    static abstract TValues LoadWidened(ref byte source);

    /// <summary>Adds the products of each pair.</summary>
    static abstract TSums MultiplyAdd(TSums sums, TValues left, TValues right);

    /// <summary>All sums added.</summary>
    static abstract int Total(TSums sums);
}
