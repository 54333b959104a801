namespace TileProof.HwModel.HostSimd;

/// <summary>Lanes that hold positions: one sum for each.</summary>
internal interface IPositionLanes<TValues, TSums> : IGroupLanes<TValues, TSums>
    where TValues : struct
    where TSums : struct
{
    /// <summary>How many vectors of positions are worth multiplying together: 2 or 3.</summary>
    static abstract int BlockVectors { get; }

    /// <summary>The same sum everywhere.</summary>
    static abstract TSums Everywhere(int sum);

    /// <summary>One group of coefficients everywhere.</summary>
    static abstract TValues LoadGroupEverywhere(ref byte source);

    /// <summary>Groups of <see cref="IGroupLanes{TValues, TSums}.Count"/> positions from one row of int8 values per tap.</summary>
    /// <param name="rows">The first row; of every row <see cref="IGroupLanes{TValues, TSums}.Count"/> bytes are read.</param>
    /// <param name="rowPitchBytes">From one row to the next.</param>
    /// <param name="target">Receives four bytes for every position.</param>
    static abstract void Interleave(ref byte rows, int rowPitchBytes, ref byte target);

    /// <summary>The same of coefficients, which are values without an offset.</summary>
    static abstract void InterleaveCoefficients(ref byte rows, int rowPitchBytes, ref byte target);

    /// <summary>int8 coefficients of one output channel as groups.</summary>
    /// <param name="source">One byte a tap.</param>
    /// <param name="target">Whole groups; taps that the source does not have become zero.</param>
    static abstract void PackCoefficients(ReadOnlySpan<byte> source, Span<byte> target);

    /// <summary>Where the sums of a block of channels start: 0, or what makes up for an offset that <see cref="Interleave"/> adds to values.</summary>
    /// <param name="block">The coefficients of <see cref="TapGroups.BlockChannels"/> channels in groups.</param>
    /// <param name="sums">One for each channel.</param>
    static abstract void StartSums(ReadOnlySpan<byte> block, Span<int> sums);

    /// <summary>Stores consecutive sums.</summary>
    static abstract void Store(TSums sums, ref int target);
}
