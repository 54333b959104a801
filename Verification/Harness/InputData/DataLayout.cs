namespace TileProof.Verification.InputData;

/// <summary>In which order the extents of an array stand.</summary>
public enum DataLayout
{
    /// <summary>Channels before rows and columns.</summary>
    Nchw,

    /// <summary>Channels last.</summary>
    Nhwc,
}
