namespace TileProof.HwModel.Programs;

/// <summary>What a computation computes.</summary>
public enum ProgramKernel
{
    /// <summary>Nothing: the instruction is no computation.</summary>
    None,

    /// <summary>A convolution of the input that is read, requantized or left as sums.</summary>
    Convolution,

    /// <summary>A copy of rows by the core.</summary>
    PaddedCopy,

    /// <summary>The driver's correction of every output channel after the kernel.</summary>
    ResidualCorrection,

    /// <summary>A convolution of a whole image in single precision, for geometries without a tiled kernel.</summary>
    GenericConvolution,

    /// <summary>One element of each input gives one element of the output.</summary>
    Elementwise,

    /// <summary>The lowest float over a region.</summary>
    FillLowest,

    /// <summary>The largest of a window.</summary>
    MaxPool,

    /// <summary>The mean of a window's elements in the image.</summary>
    AveragePool,

    /// <summary>The mean of 2x2 planes, rows first.</summary>
    MeanOfSquares,

    /// <summary>The mean of planes of any size, in memory order.</summary>
    MeanInOrder,

    /// <summary>Products of an input with weight rows, added to sums that stay in the core.</summary>
    LinearSums,

    /// <summary>The outputs of the sums that stayed in the core.</summary>
    LinearOutputs,

    /// <summary>Softmax of a row.</summary>
    Softmax,

    /// <summary>Accesses of a recorded program that no kernel of the library made.</summary>
    Recorded,
}
