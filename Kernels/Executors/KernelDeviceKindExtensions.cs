namespace TileProof.Kernels.Executors;

/// <summary>Names of device kinds.</summary>
public static class KernelDeviceKindExtensions
{
    /// <summary>The name on the command line and in reports.</summary>
    public static string Label(this KernelDeviceKind kind) => kind switch
    {
        KernelDeviceKind.Host => "host",
        KernelDeviceKind.IlgpuCpu => "ilgpu-cpu",
        KernelDeviceKind.OpenCl => "opencl",
        KernelDeviceKind.Cuda => "cuda",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
