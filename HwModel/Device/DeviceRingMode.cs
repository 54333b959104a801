namespace TileProof.HwModel.Device;

/// <summary>What the runtime does when a descriptor is issued into a full ring.</summary>
public enum DeviceRingMode
{
    /// <summary>The core stalls until the oldest transfer has landed.</summary>
    Block,

    /// <summary>The oldest transfer gives its place away; its bytes still land when the policy says.</summary>
    Retire,

    /// <summary>The call returns an error, and nothing is issued.</summary>
    Error,
}
