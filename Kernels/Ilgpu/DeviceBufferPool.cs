using System.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace TileProof.Kernels.Ilgpu;

/// <summary>Device buffers of one element type that go from value to value. A length is rounded up to a power of two.</summary>
/// <remarks>
/// All work goes through one stream in order, so a buffer may be handed out again before the work that read it has finished.
/// </remarks>
internal sealed class DeviceBufferPool<T>(Accelerator accelerator) : IDisposable
    where T : unmanaged
{
    private const uint SmallestLength = 256;

    private readonly Dictionary<long, Stack<MemoryBuffer1D<T, Stride1D.Dense>>> free = [];
    private readonly List<MemoryBuffer1D<T, Stride1D.Dense>> all = [];

    public MemoryBuffer1D<T, Stride1D.Dense> Rent(int elementCount)
    {
        long length = BitOperations.RoundUpToPowerOf2(Math.Max((uint)elementCount, SmallestLength));
        if (free.TryGetValue(length, out Stack<MemoryBuffer1D<T, Stride1D.Dense>>? buffers) && buffers.TryPop(out MemoryBuffer1D<T, Stride1D.Dense>? buffer))
        {
            return buffer;
        }

        buffer = accelerator.Allocate1D<T>(length);
        all.Add(buffer);
        return buffer;
    }

    public void Return(MemoryBuffer1D<T, Stride1D.Dense> buffer)
    {
        if (!free.TryGetValue(buffer.Length, out Stack<MemoryBuffer1D<T, Stride1D.Dense>>? buffers))
        {
            free.Add(buffer.Length, buffers = new());
        }

        buffers.Push(buffer);
    }

    public void Dispose()
    {
        foreach (MemoryBuffer1D<T, Stride1D.Dense> buffer in all)
        {
            buffer.Dispose();
        }

        all.Clear();
        free.Clear();
    }
}
