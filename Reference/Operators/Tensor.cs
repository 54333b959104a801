using System.Runtime.InteropServices;

namespace TileProof.Operators;

/// <summary>A dense tensor: a shape, an element type and its bytes, row-major in the order <c>[N, C, H, W]</c>.</summary>
/// <remarks>The bytes are what the conformance run compares; views of them as elements share the storage.</remarks>
public sealed class Tensor
{
    private readonly byte[] bytes;

    private Tensor(TensorShape shape, ElementType elementType, byte[] bytes)
    {
        Shape = shape;
        ElementType = elementType;
        this.bytes = bytes;
    }

    /// <summary>The extents <c>[N, C, H, W]</c>.</summary>
    public TensorShape Shape { get; }

    /// <summary>The type of every element.</summary>
    public ElementType ElementType { get; }

    /// <summary>The raw bytes, little-endian.</summary>
    public Span<byte> Bytes => bytes;

    /// <summary>The elements as int8.</summary>
    /// <exception cref="InvalidOperationException">The tensor does not hold int8.</exception>
    public Span<sbyte> Int8 => MemoryMarshal.Cast<byte, sbyte>(Require(ElementType.Int8));

    /// <summary>The elements as float32.</summary>
    /// <exception cref="InvalidOperationException">The tensor does not hold float32.</exception>
    public Span<float> Float32 => MemoryMarshal.Cast<byte, float>(Require(ElementType.Float32));

    /// <summary>A tensor of zeros.</summary>
    public static Tensor Create(TensorShape shape, ElementType elementType) =>
        new(shape, elementType, new byte[checked(shape.ElementCount * elementType.SizeBytes())]);

    /// <summary>A tensor with a copy of <paramref name="elements"/>.</summary>
    /// <exception cref="ArgumentException">The count does not match the shape.</exception>
    public static Tensor FromInt8(TensorShape shape, ReadOnlySpan<sbyte> elements) =>
        FromBytes(shape, ElementType.Int8, MemoryMarshal.AsBytes(elements));

    /// <summary>A tensor with a copy of <paramref name="elements"/>.</summary>
    /// <exception cref="ArgumentException">The count does not match the shape.</exception>
    public static Tensor FromFloat32(TensorShape shape, ReadOnlySpan<float> elements) =>
        FromBytes(shape, ElementType.Float32, MemoryMarshal.AsBytes(elements));

    /// <summary>A tensor with a copy of <paramref name="bytes"/>.</summary>
    /// <exception cref="ArgumentException">The byte count does not match the shape and type.</exception>
    public static Tensor FromBytes(TensorShape shape, ElementType elementType, ReadOnlySpan<byte> bytes)
    {
        int expectedBytes = checked(shape.ElementCount * elementType.SizeBytes());
        if (bytes.Length != expectedBytes)
        {
            throw new ArgumentException($"A {elementType} tensor {shape} takes {expectedBytes} bytes, not {bytes.Length}.", nameof(bytes));
        }

        return new Tensor(shape, elementType, bytes.ToArray());
    }

    private Span<byte> Require(ElementType wanted) =>
        ElementType == wanted ? bytes : throw new InvalidOperationException($"The tensor {Shape} holds {ElementType}, not {wanted}.");
}
