using ILGPU;
using TileProof.Kernels.Views;

namespace TileProof.Kernels.Ilgpu;

/// <summary>Elements in device memory, as kernel bodies see them.</summary>
/// <typeparam name="T">The element type.</typeparam>
public readonly struct DeviceView<T> : IReadOnlyView<T>
    where T : unmanaged
{
    private readonly ArrayView<T> elements;

    /// <summary>Makes a view of <paramref name="elements"/>.</summary>
    public DeviceView(ArrayView<T> elements) => this.elements = elements;

    /// <inheritdoc/>
    public T this[int index] => elements[index];
}
