namespace TileProof.Kernels.Devices;

/// <summary>Which device a user asks for.</summary>
public enum DeviceChoice
{
    /// <summary>The first CUDA device, else the first OpenCL device that is not the host's own processor, else the host.</summary>
    Auto,

    /// <summary>A CUDA device.</summary>
    Cuda,

    /// <summary>An OpenCL device.</summary>
    OpenCl,

    /// <summary>ILGPU's CPU accelerator.</summary>
    IlgpuCpu,

    /// <summary>Host threads.</summary>
    Host,
}
