namespace TileProof.HwModel.Executors;

/// <summary>A vector of int32 sums, and vectors of values whose products are added in groups of adjacent taps.</summary>
/// <remarks>
/// One register width of the host processor. Nothing saturates; sums wrap modulo 2^32, and all forms give the same ones.
/// </remarks>
/// <typeparam name="TValues">Groups of taps: two int16, or four bytes.</typeparam>
/// <typeparam name="TSums">int32, one per group.</typeparam>
internal interface ITapLanes<TValues, TSums>
    where TValues : struct
    where TSums : struct
{
    /// <summary>How many sums a vector has, and groups.</summary>
    static abstract int Count { get; }

    /// <summary>Taps in a group: 2 or 4.</summary>
    static abstract int GroupTaps { get; }

    /// <summary>What is added to values so that they fit the multiplication: 0, or 128 where it takes them without sign.</summary>
    static abstract int ValueOffset { get; }

    /// <summary>All sums zero.</summary>
    static abstract TSums Zero { get; }

    /// <summary>Consecutive groups of values.</summary>
    static abstract TValues LoadGroups(ref byte source);

    /// <summary>As many consecutive int8 coefficients as <see cref="LoadGroups"/> loads values.</summary>
    static abstract TValues LoadCoefficients(ref byte source);

    /// <summary>Adds the products of each group.</summary>
    static abstract TSums MultiplyAdd(TSums sums, TValues values, TValues coefficients);

    /// <summary>All sums added.</summary>
    static abstract int Total(TSums sums);
}
