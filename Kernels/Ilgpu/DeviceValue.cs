using ILGPU;
using ILGPU.Runtime;
using TileProof.Kernels.Executors;
using TileProof.Operators;

namespace TileProof.Kernels.Ilgpu;

/// <summary>A value in pooled device memory.</summary>
/// <typeparam name="T">The element type.</typeparam>
internal sealed class DeviceValue<T> : KernelValue
    where T : unmanaged
{
    private readonly DeviceBufferPool<T> pool;
    private MemoryBuffer1D<T, Stride1D.Dense>? buffer;

    public DeviceValue(TensorShape shape, ElementType elementType, DeviceBufferPool<T> pool)
        : base(shape, elementType)
    {
        this.pool = pool;
        buffer = pool.Rent(shape.ElementCount);
    }

    /// <summary>The elements of the value, without the rest of its buffer.</summary>
    /// <exception cref="ObjectDisposedException">The value was disposed.</exception>
    public ArrayView<T> Elements
    {
        get
        {
            ObjectDisposedException.ThrowIf(buffer is null, this);
            return buffer.View.BaseView.SubView(0, Shape.ElementCount);
        }
    }

    /// <summary>The elements of a value that this kind of executor made.</summary>
    /// <exception cref="ArgumentException">Another executor made it.</exception>
    public static ArrayView<T> ElementsOf(KernelValue value) =>
        value is DeviceValue<T> device ? device.Elements : throw new ArgumentException("The value belongs to another executor.", nameof(value));

    protected override void Dispose(bool disposing)
    {
        if (buffer is not null)
        {
            pool.Return(buffer);
            buffer = null;
        }
    }
}
