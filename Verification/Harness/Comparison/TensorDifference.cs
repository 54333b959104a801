using TileProof.Operators;

namespace TileProof.Verification.Comparison;

/// <summary>The bytes of two tensors compared.</summary>
/// <param name="ComparedBytes">All bytes of the tensor.</param>
/// <param name="DifferingElements">Elements with at least one differing byte.</param>
/// <param name="First">The first of them in memory order; null when the tensors are equal.</param>
public sealed record TensorDifference(int ComparedBytes, int DifferingElements, Mismatch? First)
{
    /// <summary>Whether every byte is equal.</summary>
    public bool IsEqual => DifferingElements == 0;

    /// <summary>Compares bit for bit; a NaN equals only the same NaN.</summary>
    /// <exception cref="ArgumentException">Shapes or types differ.</exception>
    public static TensorDifference Between(Tensor expected, Tensor actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        if (expected.Shape != actual.Shape || expected.ElementType != actual.ElementType)
        {
            throw new ArgumentException($"{expected.ElementType} {expected.Shape} cannot be compared with {actual.ElementType} {actual.Shape}.", nameof(actual));
        }

        ReadOnlySpan<byte> expectedBytes = expected.Bytes;
        ReadOnlySpan<byte> actualBytes = actual.Bytes;
        if (expectedBytes.SequenceEqual(actualBytes))
        {
            return new TensorDifference(expectedBytes.Length, 0, null);
        }

        int elementBytes = expected.ElementType.SizeBytes();
        int differing = 0;
        Mismatch? first = null;
        for (int element = 0; element < expected.Shape.ElementCount; element++)
        {
            if (!expectedBytes.Slice(element * elementBytes, elementBytes).SequenceEqual(actualBytes.Slice(element * elementBytes, elementBytes)))
            {
                differing++;
                first ??= new Mismatch(expected.Shape.IndexOf(element), ValueOf(expected, element), ValueOf(actual, element));
            }
        }

        return new TensorDifference(expectedBytes.Length, differing, first);
    }

    private static double ValueOf(Tensor tensor, int element) =>
        tensor.ElementType == ElementType.Int8 ? tensor.Int8[element] : tensor.Float32[element];
}
