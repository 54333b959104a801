namespace TileProof.Operators.Words;

/// <summary>What a word of <see cref="RingWords"/> stands for.</summary>
public enum WordKind
{
    /// <summary>A byte of an input tensor; the index counts its bytes.</summary>
    Input,

    /// <summary>A byte of the weights.</summary>
    Weight,

    /// <summary>A byte of the kernel biases, four an output channel.</summary>
    Bias,

    /// <summary>A byte of the output scales, two an output channel.</summary>
    Scale,

    /// <summary>A constant that the core writes; the index is the byte.</summary>
    Constant,

    /// <summary>The lowest float, which the core writes around an image; the index is the number of its byte.</summary>
    LowestFloat,

    /// <summary>What the driver adds to an output channel after the kernel.</summary>
    Correction,

    /// <summary>A byte that nobody wrote; the index is its address.</summary>
    Unwritten,

    /// <summary>A byte that a transfer is going to write; the index is the number of the transfer.</summary>
    UnderWay,

    /// <summary>A byte for which a transfer and something else race; the index is the number of the transfer.</summary>
    Raced,

    /// <summary>A byte whose right value the cache holds and memory does not; the index is the number of its line.</summary>
    InCacheOnly,

    /// <summary>A byte whose right value memory holds and the cache does not; the index is the number of its line.</summary>
    StaleInCache,

    /// <summary>A result of a kernel that writes over what it reads.</summary>
    WrittenWhileRead,
}
