using TileProof.Kernels;
using TileProof.Kernels.Devices;
using TileProof.Kernels.Executors;

namespace TileProof.Tests.Kernels;

/// <summary>One engine for every usable device, opened at first use and shared by the tests of the collection.</summary>
public sealed class DeviceFixture : IDisposable
{
    private readonly Lazy<IReadOnlyList<DataParallelEngine>> engines =
        new(static () => [.. DeviceCatalog.OpenAll().Select(static executor => new DataParallelEngine(executor))]);

    /// <summary>The kinds of device, for theories: each is a test of its own, skipped where there is none.</summary>
    public static TheoryData<KernelDeviceKind> Kinds => new(Enum.GetValues<KernelDeviceKind>());

    /// <summary>The engines of a kind; skips the test when there is none.</summary>
    internal IReadOnlyList<DataParallelEngine> Require(KernelDeviceKind kind)
    {
        DataParallelEngine[] found = [.. engines.Value.Where(engine => engine.Device.Kind == kind)];
        Skip.If(found.Length == 0, $"no usable {kind.Label()} device");
        return found;
    }

    public void Dispose()
    {
        if (engines.IsValueCreated)
        {
            foreach (DataParallelEngine engine in engines.Value)
            {
                engine.Dispose();
            }
        }
    }
}
