namespace TileProof.HwModel.Device;

/// <summary>Who does the driver's part of a convolution: parameters, cache and residuals.</summary>
public enum DeviceDriver
{
    /// <summary>TileProof: the entry gets what a kernel gets.</summary>
    TileProof,

    /// <summary>The user's own code: the entry gets what the operator gets.</summary>
    User,
}
