using TileProof.HwModel.Dma;

namespace TileProof.HwModel.Device;

/// <summary>How a run of a device program goes.</summary>
public sealed record DeviceRunSettings
{
    /// <summary>When transfers move their bytes; at the modelled time <see cref="Arrivals"/> says it.</summary>
    public LandingKind Landing { get; init; } = LandingKind.AtWait;

    /// <summary>The seed of random landings.</summary>
    public int Seed { get; init; }

    /// <summary>What a full ring does.</summary>
    public DeviceRingMode RingMode { get; init; }

    /// <summary>For landing at the modelled time: for each transfer in order of issue, how many events come before it lands. Others land at the wait.</summary>
    public IReadOnlyList<int> Arrivals { get; init; } = [];

    /// <summary>What local memory and the output hold before the run; null for the byte of the machine.</summary>
    public byte? Poison { get; init; }

    /// <summary>Waits that are tried, at most 32.</summary>
    public IReadOnlyList<DeviceMend> Mends { get; init; } = [];
}
