using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using TileProof.Kernels.Devices;
using TileProof.Kernels.Executors;

namespace TileProof.Kernels.Ilgpu;

/// <summary>The devices that ILGPU finds.</summary>
internal static class IlgpuDevices
{
    private static readonly string IlgpuVersion = $"ILGPU {typeof(Context).Assembly.GetName().Version!.ToString(3)}";

    /// <summary>All devices, none of them tried yet.</summary>
    public static IReadOnlyList<DeviceCandidate> Find()
    {
        using Context context = CreateContext();
        var candidates = new List<DeviceCandidate>();
        for (int index = 0; index < context.Devices.Length; index++)
        {
            int position = index;
            KernelDevice device = Describe(context.Devices[index]);
            bool isPreferred = context.Devices[index] is CudaDevice or CLDevice { DeviceType: not CLDeviceType.CL_DEVICE_TYPE_CPU };
            candidates.Add(new DeviceCandidate(device.Kind, device.Name, device.Driver, isPreferred, () => Open(position)));
        }

        return candidates;
    }

    private static IlgpuExecutor Open(int position)
    {
        // A kernel that fails to compile spoils its context, so every executor has a context of its own.
        Context context = CreateContext();
        try
        {
            Device device = context.Devices[position];
            AssumeGenericAddressSpace(device);
            return new IlgpuExecutor(context, device.CreateAccelerator(context), Describe(device));
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <summary>Full optimization, which OpenCL kernels need, and no relaxed arithmetic. OpenCL devices of any version are listed.</summary>
    private static Context CreateContext() =>
        Context.Create(static builder => builder.CPU(CPUDevice.Default).OpenCL(static _ => true).Cuda().Optimize(OptimizationLevel.O2));

    /// <summary>
    /// ILGPU refuses OpenCL devices that do not report the generic address space. The kernels here are inlined as a whole, so every
    /// pointer has a known address space and none is generic; the test kernel of the catalog shows whether a device agrees.
    /// </summary>
    private static void AssumeGenericAddressSpace(Device device)
    {
        if (device is CLDevice opencl)
        {
            PropertyInfo property = typeof(CLCapabilityContext).GetProperty(nameof(CLCapabilityContext.GenericAddressSpace))!;
            property.SetValue(opencl.Capabilities, true);
        }
    }

    private static KernelDevice Describe(Device device) => device switch
    {
        CudaDevice cuda => new KernelDevice(KernelDeviceKind.Cuda, cuda.Name, $"CUDA {cuda.DriverVersion}, {IlgpuVersion}"),
        CLDevice opencl => new KernelDevice(
            KernelDeviceKind.OpenCl, opencl.Name, $"OpenCL {opencl.DeviceVersion}, {opencl.PlatformName}, {IlgpuVersion}"),
        _ => new KernelDevice(KernelDeviceKind.IlgpuCpu, device.Name, IlgpuVersion),
    };
}
