using TileProof.Kernels.Constants;
using TileProof.Kernels.Executors;
using TileProof.Kernels.Host;
using TileProof.Kernels.Ilgpu;
using TileProof.Operators;

namespace TileProof.Kernels.Devices;

/// <summary>The devices that kernels can run on.</summary>
public static class DeviceCatalog
{
    /// <summary>Every engine and device, with the reason why it is or is not usable. Each device runs a small test kernel.</summary>
    public static IReadOnlyList<DeviceCatalogEntry> List()
    {
        var entries = new List<DeviceCatalogEntry>();
        foreach (DeviceCandidate candidate in Candidates())
        {
            string? failure = FailureOf(candidate);
            entries.Add(new DeviceCatalogEntry(candidate.Kind, candidate.Name, candidate.Driver, failure is null, failure ?? "a test kernel gave the right bytes"));
        }

        foreach (KernelDeviceKind kind in Enum.GetValues<KernelDeviceKind>())
        {
            if (!entries.Exists(entry => entry.Kind == kind))
            {
                entries.Add(new DeviceCatalogEntry(kind, string.Empty, string.Empty, false, $"no {kind.Label()} device was found"));
            }
        }

        return entries;
    }

    /// <summary>Opens the device that a user asks for.</summary>
    /// <param name="choice">The device.</param>
    /// <param name="threadCount">The most host threads to use; all by default.</param>
    /// <exception cref="DeviceNotAvailableException">There is no such device, or it cannot be used.</exception>
    public static IKernelExecutor Open(DeviceChoice choice, int? threadCount = null)
    {
        switch (choice)
        {
            case DeviceChoice.Host:
                return new HostExecutor(threadCount);
            case DeviceChoice.Auto:
                return Candidates()
                    .Where(static candidate => candidate.IsPreferred && FailureOf(candidate) is null)
                    .OrderByDescending(static candidate => candidate.Kind)
                    .FirstOrDefault()?.Open() ?? new HostExecutor(threadCount);
            case DeviceChoice.Cuda:
                return OpenFirst(KernelDeviceKind.Cuda, "check the NVIDIA driver");
            case DeviceChoice.OpenCl:
                return OpenFirst(KernelDeviceKind.OpenCl, "check the OpenCL driver with clinfo");
            case DeviceChoice.IlgpuCpu:
                return OpenFirst(KernelDeviceKind.IlgpuCpu, "set up again with ./run-verify.sh");
            default:
                throw new ArgumentOutOfRangeException(nameof(choice));
        }
    }

    /// <summary>Opens every device of the catalog that is usable, the host first.</summary>
    public static IEnumerable<IKernelExecutor> OpenAll(int? threadCount = null)
    {
        yield return new HostExecutor(threadCount);
        foreach (DeviceCandidate candidate in Candidates())
        {
            if (candidate.Kind != KernelDeviceKind.Host && FailureOf(candidate) is null)
            {
                yield return candidate.Open();
            }
        }
    }

    private static IKernelExecutor OpenFirst(KernelDeviceKind kind, string hint)
    {
        string reason = $"no {kind.Label()} device was found";
        foreach (DeviceCandidate candidate in Candidates().Where(candidate => candidate.Kind == kind).OrderByDescending(static candidate => candidate.IsPreferred))
        {
            string? failure = FailureOf(candidate);
            if (failure is null)
            {
                return candidate.Open();
            }

            reason = $"{candidate.Name}: {failure}";
        }

        throw new DeviceNotAvailableException($"The device '{kind.Label()}' is not available: {reason}. Hint: {hint}, list devices with 'tileproof devices', or choose 'host'.");
    }

    private static List<DeviceCandidate> Candidates()
    {
        using var host = new HostExecutor();
        return [new(KernelDeviceKind.Host, host.Device.Name, host.Device.Driver, false, static () => new HostExecutor()), .. IlgpuDevices.Find()];
    }

    /// <summary>Compiles and runs one kernel that uses double precision and 64-bit integers; null when it gives the right bytes.</summary>
    private static string? FailureOf(DeviceCandidate candidate)
    {
        try
        {
            using IKernelExecutor executor = candidate.Open();
            TensorShape shape = TensorShape.FromMatrix(1, 4);
            using KernelValue input = executor.Upload(Tensor.FromFloat32(shape, [-1000f, 0.25f, 0.75f, 1000f]));
            using KernelValue output = executor.Allocate(shape, ElementType.Int8);
            executor.Quantize(new RescalingParameters(2f, 0, 1), input, output);
            ReadOnlySpan<sbyte> expected = [-128, 2, 2, 127];
            return executor.Download(output).Int8.SequenceEqual(expected) ? null : "a test kernel gave wrong bytes";
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return exception.Message.ReplaceLineEndings(" ");
        }
    }
}
