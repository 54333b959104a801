namespace TileProof.HwModel.Machine;

/// <summary>How a right shift rounds.</summary>
public enum ShiftRounding
{
    /// <summary>To nearest, ties toward positive infinity: the vector core.</summary>
    HalfUp,

    /// <summary>Toward negative infinity.</summary>
    Down,

    /// <summary>Toward zero.</summary>
    TowardZero,

    /// <summary>To nearest, ties to even.</summary>
    HalfEven,

    /// <summary>To nearest, ties away from zero.</summary>
    HalfAwayFromZero,
}
