using TileProof.HwModel.Dma;

namespace TileProof.HwModel.Device;

/// <summary>How a run of a device program goes.</summary>
public sealed record DeviceRunSettings
{
    /// <summary>When transfers move their bytes: at issue, at the wait, or at random.</summary>
    public LandingKind Landing { get; init; } = LandingKind.AtWait;

    /// <summary>The seed of random landings.</summary>
    public int Seed { get; init; }

    /// <summary>What a full ring does.</summary>
    public DeviceRingMode RingMode { get; init; }

    /// <summary>Waits that are tried, at most 32.</summary>
    public IReadOnlyList<DeviceMend> Mends { get; init; } = [];
}
