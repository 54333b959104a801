using TileProof.Kernels.Views;

namespace TileProof.Tests.Kernels;

/// <summary>A managed array as a kernel body sees it; every access is bounds-checked.</summary>
internal readonly struct ArrayView<T>(T[] elements) : IReadOnlyView<T>
    where T : unmanaged
{
    public T this[int index] => elements[index];
}
