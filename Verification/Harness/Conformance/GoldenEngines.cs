using TileProof.Golden.OnnxRuntime;
using TileProof.Kernels;
using TileProof.Kernels.Devices;

namespace TileProof.Verification.Conformance;

/// <summary>The independent engines that say what is true. Not for several threads at once.</summary>
public sealed class GoldenEngines : IDisposable
{
    /// <summary>Makes the engines.</summary>
    /// <param name="dataParallel">The data-parallel engine, owned from now on.</param>
    public GoldenEngines(DataParallelEngine dataParallel)
    {
        ArgumentNullException.ThrowIfNull(dataParallel);
        DataParallel = dataParallel;
    }

    /// <summary>The integer graphs in ONNX Runtime: the reference.</summary>
    public OnnxRuntimeGolden OnnxRuntime { get; } = new();

    /// <summary>The data-parallel kernels, on host threads or a device.</summary>
    public DataParallelEngine DataParallel { get; }

    /// <summary>One line for reports.</summary>
    public string Description => $"golden {OnnxRuntime.Description}; data-parallel {DataParallel.Description}";

    /// <summary>The line with the device, which differs from host to host and changes no result.</summary>
    public string Describe() => $"{Description}; gpu: {DataParallel.Device}";

    /// <summary>Opens the engines on a device.</summary>
    /// <exception cref="UserInputException">The machine has no such device.</exception>
    public static GoldenEngines Open(DeviceChoice device)
    {
        try
        {
            return new GoldenEngines(new DataParallelEngine(DeviceCatalog.Open(device)));
        }
        catch (DeviceNotAvailableException exception)
        {
            throw new UserInputException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        OnnxRuntime.Dispose();
        DataParallel.Dispose();
    }
}
