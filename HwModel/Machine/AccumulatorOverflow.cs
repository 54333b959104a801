namespace TileProof.HwModel.Machine;

/// <summary>What a 24-bit accumulator does beyond its range.</summary>
public enum AccumulatorOverflow
{
    /// <summary>Keeps the low 24 bits, sign-extended.</summary>
    Wrap,

    /// <summary>Stays at the nearest of -2^23 and 2^23 - 1, judged on the exact sum.</summary>
    Saturate,
}
