using TileProof.Operators;

namespace TileProof.Kernels.Executors;

/// <summary>A tensor that lies where an executor computes. Disposing it lets the executor use the memory again.</summary>
public abstract class KernelValue : IDisposable
{
    private protected KernelValue(TensorShape shape, ElementType elementType)
    {
        Shape = shape;
        ElementType = elementType;
    }

    /// <summary><c>[N, C, H, W]</c>.</summary>
    public TensorShape Shape { get; }

    /// <summary>int8 or float32.</summary>
    public ElementType ElementType { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the memory back.</summary>
    protected abstract void Dispose(bool disposing);
}
