namespace TileProof.HwModel.Machine;

/// <summary>Why the core writes a constant.</summary>
public enum FillPurpose
{
    /// <summary>The whole tile buffer before a load lands in it.</summary>
    WholeBuffer,

    /// <summary>The part of a tile that lies outside the image, after the load.</summary>
    EdgeExtension,
}
