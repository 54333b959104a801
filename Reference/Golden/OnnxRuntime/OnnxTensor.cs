using System.Runtime.InteropServices;
using TileProof.Golden.Onnx;

namespace TileProof.Golden.OnnxRuntime;

/// <summary>A named dense tensor that goes into or comes out of an <see cref="OnnxRuntimeSession"/>.</summary>
public sealed class OnnxTensor
{
    private readonly Array elements;
    private readonly long[] dimensions;

    private OnnxTensor(string name, OnnxElementType elementType, Array elements, long[] dimensions)
    {
        Name = name;
        ElementType = elementType;
        this.elements = elements;
        this.dimensions = dimensions;
    }

    /// <summary>The name of the graph input or output.</summary>
    public string Name { get; }

    /// <summary>The type of every element.</summary>
    public OnnxElementType ElementType { get; }

    /// <summary>The extents; empty for a scalar.</summary>
    public ReadOnlySpan<long> Dimensions => dimensions;

    /// <summary>Makes a tensor that holds a copy of <paramref name="elements"/>, row-major.</summary>
    /// <typeparam name="T">sbyte, byte, int, long, float or double.</typeparam>
    /// <exception cref="ArgumentException">The element count does not match the dimensions.</exception>
    public static OnnxTensor Create<T>(string name, ReadOnlySpan<T> elements, params ReadOnlySpan<long> dimensions)
        where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        long expectedCount = 1;
        foreach (long dimension in dimensions)
        {
            expectedCount *= dimension;
        }

        if (expectedCount != elements.Length)
        {
            throw new ArgumentException($"The tensor '{name}' takes {expectedCount} elements, not {elements.Length}.", nameof(elements));
        }

        return new OnnxTensor(name, OnnxElementTypes.Of<T>(), elements.ToArray(), dimensions.ToArray());
    }

    /// <summary>The elements, row-major.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds another type.</exception>
    public ReadOnlySpan<T> Elements<T>()
        where T : unmanaged => ElementArray<T>();

    /// <summary>The raw little-endian bytes of the elements.</summary>
    public ReadOnlySpan<byte> Bytes => ElementType switch
    {
        OnnxElementType.Float32 => MemoryMarshal.AsBytes(Elements<float>()),
        OnnxElementType.UInt8 => Elements<byte>(),
        OnnxElementType.Int8 => MemoryMarshal.AsBytes(Elements<sbyte>()),
        OnnxElementType.Int32 => MemoryMarshal.AsBytes(Elements<int>()),
        OnnxElementType.Int64 => MemoryMarshal.AsBytes(Elements<long>()),
        OnnxElementType.Float64 => MemoryMarshal.AsBytes(Elements<double>()),
        _ => throw new InvalidOperationException($"The element type {ElementType} of '{Name}' is unknown."),
    };

    internal T[] ElementArray<T>()
        where T : unmanaged => ElementType == OnnxElementTypes.Of<T>()
            ? (T[])elements
            : throw new InvalidOperationException($"The tensor '{Name}' holds {ElementType}, not {OnnxElementTypes.Of<T>()}.");
}
