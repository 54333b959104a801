namespace TileProof.HwModel.Faults;

/// <summary>The kinds of mistakes that deliberate defects stand for.</summary>
public enum FaultClass
{
    /// <summary>The program does not wait for a transfer.</summary>
    DroppedWait,

    /// <summary>A transfer or a wait goes to the other channel.</summary>
    WrongChannel,

    /// <summary>A transfer moves too few or too many rows.</summary>
    RowCount,

    /// <summary>A transfer reads from a wrong place.</summary>
    SourceOffset,

    /// <summary>A transfer writes to a wrong place.</summary>
    DestinationOffset,

    /// <summary>A transfer steps by a wrong distance.</summary>
    Pitch,

    /// <summary>Ping and pong are mixed up.</summary>
    SwappedBuffers,

    /// <summary>Padding is not written.</summary>
    MissingFill,

    /// <summary>Padding has a wrong value.</summary>
    PadValue,

    /// <summary>The first or last tile is too short or too long.</summary>
    TileExtent,

    /// <summary>A tile computes with the coefficients of another.</summary>
    CoefficientTile,

    /// <summary>Biases are wrong or displaced.</summary>
    Bias,

    /// <summary>Output is not stored.</summary>
    OutputStore,

    /// <summary>A shift rounds otherwise.</summary>
    Rounding,

    /// <summary>A shift or multiplier is off by one.</summary>
    ShiftAndScale,

    /// <summary>A saturation is missing.</summary>
    Saturation,

    /// <summary>The accumulator saturates instead of wrapping.</summary>
    AccumulatorOverflow,

    /// <summary>A zero point or clamp limit is wrong.</summary>
    ZeroPoint,

    /// <summary>A cache operation is missing or too short.</summary>
    Cache,

    /// <summary>Buffers share bytes of a bank.</summary>
    BankOverlap,

    /// <summary>Bits of local memory flip.</summary>
    MemoryCorruption,
}
