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

    /// <summary>Accesses of a recorded program that no kernel of the library made.</summary>
    Recorded,
}
