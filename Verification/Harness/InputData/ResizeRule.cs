namespace TileProof.Verification.InputData;

/// <summary>What happens to images of another size than the network's.</summary>
public enum ResizeRule
{
    /// <summary>They are refused.</summary>
    None,

    /// <summary>Rows and columns are scaled, each to what the network takes.</summary>
    Stretch,

    /// <summary>Both are scaled by one factor until the image covers the network's input; its centre is taken.</summary>
    Crop,
}
