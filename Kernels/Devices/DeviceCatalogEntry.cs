using TileProof.Kernels.Executors;

namespace TileProof.Kernels.Devices;

/// <summary>A device, or a kind of device of which there is none, and whether kernels can run on it.</summary>
/// <param name="Kind">Which kind.</param>
/// <param name="Name">The device's name; empty where there is none.</param>
/// <param name="Driver">The driver and library with versions; empty where there is none.</param>
/// <param name="IsUsable">Whether a test kernel ran and gave the right bytes.</param>
/// <param name="Reason">Why it is usable or not.</param>
public sealed record DeviceCatalogEntry(KernelDeviceKind Kind, string Name, string Driver, bool IsUsable, string Reason);
