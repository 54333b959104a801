namespace TileProof.HwModel.Programs.Convolution;

/// <summary>What a free program can do.</summary>
internal enum TileOperation
{
    /// <summary>Sets the loop up for the next kernel call.</summary>
    BeginTile,

    /// <summary>Starts the transfer of an input tile.</summary>
    LoadInput,

    /// <summary>Writes the zero point around the image rows of an input tile.</summary>
    ExtendEdges,

    /// <summary>Starts the transfer of coefficients.</summary>
    LoadCoefficients,

    /// <summary>Starts the transfer of biases.</summary>
    LoadBiases,

    /// <summary>Starts the transfer of output scales.</summary>
    LoadOutputScales,

    /// <summary>Waits until a channel has at most so many transfers under way.</summary>
    Wait,

    /// <summary>Calls the kernel.</summary>
    Compute,

    /// <summary>Starts the transfer of an output tile.</summary>
    StoreOutput,
}
