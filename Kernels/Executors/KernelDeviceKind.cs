namespace TileProof.Kernels.Executors;

/// <summary>Where kernels run.</summary>
public enum KernelDeviceKind
{
    /// <summary>All host threads, without ILGPU.</summary>
    Host,

    /// <summary>ILGPU's CPU accelerator: slower than the host executor; it proves that the device kernels compile and agree.</summary>
    IlgpuCpu,

    /// <summary>An OpenCL device.</summary>
    OpenCl,

    /// <summary>A CUDA device.</summary>
    Cuda,
}
