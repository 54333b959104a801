namespace TileProof.HwModel.Programs;

/// <summary>What the bytes of a transfer or a fill are for.</summary>
public enum InstructionPurpose
{
    /// <summary>Neither a transfer nor a fill.</summary>
    None,

    /// <summary>Input data.</summary>
    Input,

    /// <summary>Weights.</summary>
    Coefficients,

    /// <summary>Biases.</summary>
    Bias,

    /// <summary>Output scales.</summary>
    Scales,

    /// <summary>Results.</summary>
    Output,

    /// <summary>A fill of a whole buffer before a load lands in it.</summary>
    WholeBuffer,

    /// <summary>A fill of the part of a tile that lies outside the image, after the load.</summary>
    Edge,

    /// <summary>A fill of what a load leaves of a buffer, before it.</summary>
    Halo,
}
