using TileProof.Kernels.Executors;
using TileProof.Operators;

namespace TileProof.Kernels.Host;

/// <summary>A value in host memory.</summary>
internal sealed class HostValue : KernelValue
{
    public HostValue(Tensor tensor)
        : base(tensor.Shape, tensor.ElementType) => Tensor = tensor;

    public Tensor Tensor { get; }

    /// <summary>The tensor of a value that this kind of executor made.</summary>
    /// <exception cref="ArgumentException">Another executor made it.</exception>
    public static Tensor TensorOf(KernelValue value) =>
        value is HostValue host ? host.Tensor : throw new ArgumentException("The value belongs to another executor.", nameof(value));

    protected override void Dispose(bool disposing)
    {
        // The garbage collector owns the memory.
    }
}
