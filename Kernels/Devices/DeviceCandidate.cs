using TileProof.Kernels.Executors;

namespace TileProof.Kernels.Devices;

/// <summary>A device that was found, not yet known to be usable.</summary>
/// <param name="Kind">Which kind.</param>
/// <param name="Name">The device's name.</param>
/// <param name="Driver">The driver and library with versions.</param>
/// <param name="IsPreferred">Whether an automatic choice may take it before the host.</param>
/// <param name="Open">Opens it.</param>
internal sealed record DeviceCandidate(KernelDeviceKind Kind, string Name, string Driver, bool IsPreferred, Func<IKernelExecutor> Open);
