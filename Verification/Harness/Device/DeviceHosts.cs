using System.Collections.Concurrent;
using TileProof.HwModel.Device;

namespace TileProof.Verification.Device;

/// <summary>The hosts of a run: as many as work at once.</summary>
internal sealed class DeviceHosts : IDisposable
{
    private readonly ConcurrentBag<DeviceHost> idle = [];

    /// <summary>Works on a host that nobody else uses.</summary>
    public TResult Use<TResult>(Func<DeviceHost, TResult> work)
    {
        DeviceHost host = idle.TryTake(out DeviceHost? known) ? known : new DeviceHost();
        try
        {
            return work(host);
        }
        finally
        {
            idle.Add(host);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (DeviceHost host in idle)
        {
            host.Dispose();
        }
    }
}
