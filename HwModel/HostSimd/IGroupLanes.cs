namespace TileProof.HwModel.HostSimd;

/// <summary>A vector of int32 sums, and vectors of values that are multiplied and added in groups of taps.</summary>
/// <remarks>
/// One register width of the host processor. A group is four bytes: two taps as int16, or four taps as bytes. Nothing saturates; sums
/// wrap modulo 2^32, and all forms give the same ones.
/// </remarks>
/// <typeparam name="TValues">Groups of taps.</typeparam>
/// <typeparam name="TSums">int32, one per group.</typeparam>
internal interface IGroupLanes<TValues, TSums>
    where TValues : struct
    where TSums : struct
{
    /// <summary>How many sums a vector has, and groups.</summary>
    static abstract int Count { get; }

    /// <summary>Taps in a group: 2 or 4.</summary>
    static abstract int GroupTaps { get; }

    /// <summary>Consecutive groups of values.</summary>
    static abstract TValues LoadGroups(ref byte source);

    /// <summary>Adds the products of each group.</summary>
    static abstract TSums MultiplyAdd(TSums sums, TValues values, TValues coefficients);
}
