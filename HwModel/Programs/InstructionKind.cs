namespace TileProof.HwModel.Programs;

/// <summary>What an instruction tells the machine to do.</summary>
public enum InstructionKind
{
    /// <summary>A kernel is called for an image: both banks are empty, and its local buffers are handed out.</summary>
    Begin,

    /// <summary>The kernel returns.</summary>
    End,

    /// <summary>The kernel returns an error that its caller does not look at.</summary>
    Refuse,

    /// <summary>Starts a transfer into a bank.</summary>
    Load,

    /// <summary>Starts a transfer out of a bank.</summary>
    Store,

    /// <summary>Waits until a channel has at most so many transfers under way.</summary>
    Wait,

    /// <summary>Asks whether a channel has transfers under way, and goes on whatever the answer: no wait.</summary>
    Poll,

    /// <summary>The core writes one byte value over a region.</summary>
    Fill,

    /// <summary>The core computes.</summary>
    Compute,

    /// <summary>The core writes its cache lines of a region back.</summary>
    WriteBack,

    /// <summary>The core drops its cache lines of a region.</summary>
    Invalidate,

    /// <summary>The loop begins to work on a tile.</summary>
    Tile,
}
