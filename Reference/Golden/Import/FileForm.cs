namespace TileProof.Golden.Import;

/// <summary>What stands under a path, as far as reading and writing differ.</summary>
public enum FileForm
{
    /// <summary>Bytes on a disk, which may be none.</summary>
    Regular,

    /// <summary>A device that takes and gives characters, such as the null device or a terminal.</summary>
    CharacterDevice,

    /// <summary>A pipe, a socket or another device.</summary>
    Other,
}
