using ILGPU;
using ILGPU.Runtime;

namespace TileProof.Kernels.Ilgpu;

/// <summary>Arrays of kernel constants in device memory: each is uploaded once and kept by identity.</summary>
internal sealed class ConstantStore(Accelerator accelerator, AcceleratorStream stream) : IDisposable
{
    private readonly Dictionary<Array, MemoryBuffer> buffers = new(ReferenceEqualityComparer.Instance);

    /// <summary>How many uploads there were so far.</summary>
    public int UploadCount { get; private set; }

    public ArrayView<T> Get<T>(T[] constants)
        where T : unmanaged
    {
        if (buffers.TryGetValue(constants, out MemoryBuffer? known))
        {
            return ((MemoryBuffer1D<T, Stride1D.Dense>)known).View.BaseView;
        }

        MemoryBuffer1D<T, Stride1D.Dense> buffer = accelerator.Allocate1D<T>(constants.Length);
        buffers.Add(constants, buffer);
        buffer.View.BaseView.CopyFromCPU(stream, constants);
        UploadCount++;
        return buffer.View.BaseView;
    }

    public void Remove(Array constants)
    {
        if (buffers.Remove(constants, out MemoryBuffer? buffer))
        {
            buffer.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (MemoryBuffer buffer in buffers.Values)
        {
            buffer.Dispose();
        }

        buffers.Clear();
    }
}
