namespace TileProof.HwModel.HostSimd;

/// <summary>Lanes that hold taps: a sum is complete when all lanes are added.</summary>
internal interface ITapLanes<TValues, TSums> : IGroupLanes<TValues, TSums>
    where TValues : struct
    where TSums : struct
{
    /// <summary>What is added to values so that they fit the multiplication: 0, or 128 where it takes them without sign.</summary>
    static abstract int ValueOffset { get; }

    /// <summary>All sums zero.</summary>
    static abstract TSums Zero { get; }

    /// <summary>As many consecutive int8 coefficients as <see cref="IGroupLanes{TValues, TSums}.LoadGroups"/> loads values.</summary>
    static abstract TValues LoadCoefficients(ref byte source);

    /// <summary>All sums added.</summary>
    static abstract int Total(TSums sums);
}
