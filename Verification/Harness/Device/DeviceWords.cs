using TileProof.HwModel.Device;

namespace TileProof.Verification.Device;

/// <summary>Names of settings in sentences.</summary>
internal static class DeviceWords
{
    /// <summary>What a full ring does.</summary>
    public static string Of(DeviceRingMode mode) => mode switch
    {
        DeviceRingMode.Block => "blocks",
        DeviceRingMode.Retire => "retires the oldest",
        _ => "is an error",
    };
}
