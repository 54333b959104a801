namespace TileProof.HwModel.Programs;

/// <summary>What programs are assumed to do where no library is asked for: programs to price, not to run.</summary>
/// <remarks>
/// They have the bounds and the images of the corrected programs. A cache-mode scratch buffer takes any image, and a second buffer that an
/// assumption asks for is assumed to fit.
/// </remarks>
public sealed record ProgramAssumptions
{
    /// <summary>The programs that explain the published print-free runs best.</summary>
    public static ProgramAssumptions Measured { get; } = new();

    /// <summary>Every wait, and no stale cache line.</summary>
    public static ProgramAssumptions Corrected { get; } = new() { Waits = WaitPolicy.EveryTransfer, InvalidatesOutputFirst = true };

    /// <summary>Which transfers convolutions wait for; with every transfer, the fully connected layer waits for its weights too, which the published one does not.</summary>
    public WaitPolicy Waits { get; init; } = WaitPolicy.BothChannelsBeforeKernel;

    /// <summary>Whether the cache lines of an output are dropped before DMA stores behind them; softmax then maintains its input too.</summary>
    public bool InvalidatesOutputFirst { get; init; }

    /// <summary>Whether the next coefficient tile of a convolution loads while the current one is used.</summary>
    public bool DoubleBuffersCoefficients { get; init; }

    /// <summary>Whether only the padding of an input tile of a convolution is filled, not the whole buffer.</summary>
    public bool FillsHaloOnly { get; init; }
}
