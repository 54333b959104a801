namespace TileProof.Kernels.Executors;

/// <summary>What kernels run on.</summary>
/// <param name="Kind">Host threads or which kind of device.</param>
/// <param name="Name">The device's own name, or how many host threads.</param>
/// <param name="Driver">The driver and library that run it, with versions, for reports.</param>
public sealed record KernelDevice(KernelDeviceKind Kind, string Name, string Driver)
{
    /// <summary>One line for reports.</summary>
    public override string ToString() => $"{Kind.Label()}: {Name} ({Driver})";
}
