using System.Runtime.Intrinsics;

namespace TileProof.Kernels.Views;

/// <summary>Elements in host memory that somebody else keeps pinned for as long as the view is used.</summary>
/// <typeparam name="T">The element type.</typeparam>
public readonly unsafe struct HostView<T> : IReadOnlyView<T>
    where T : unmanaged
{
    private readonly T* first;

    /// <summary>Makes a view of the elements that start at <paramref name="first"/>.</summary>
    public HostView(T* first) => this.first = first;

    /// <inheritdoc/>
    public T this[int index] => first[index];

    /// <summary>The elements from <paramref name="index"/> on.</summary>
    public HostView<T> From(int index) => new(first + index);

    /// <summary>Writes the element at <paramref name="index"/>.</summary>
    public void Write(int index, T value) => first[index] = value;

    internal T* Address(int index) => first + index;

    internal Vector256<T> Load256(int index) => Vector256.Load(first + index);

    internal Vector64<T> Load64(int index) => Vector64.Load(first + index);

    internal void Store64(int index, Vector64<T> values) => values.Store(first + index);
}
