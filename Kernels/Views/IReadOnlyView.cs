namespace TileProof.Kernels.Views;

/// <summary>Read access to elements that lie in host memory or on a device; kernel bodies see nothing else of their operands.</summary>
/// <typeparam name="T">The element type.</typeparam>
public interface IReadOnlyView<T>
    where T : unmanaged
{
    /// <summary>The element at <paramref name="index"/>, from 0. Kernel code cannot throw, so the index is not checked.</summary>
    T this[int index] { get; }
}
