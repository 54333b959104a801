namespace TileProof.Golden.Import.Pte;

/// <summary>One entry of the value table of an execution plan.</summary>
internal abstract record PteValue
{
    /// <summary>An absent optional argument.</summary>
    public sealed record None : PteValue;

    /// <summary>A kind of value that no operator here takes: a text, or a list of numbers or truth values.</summary>
    public sealed record Other : PteValue;

    public sealed record Int(long Value) : PteValue;

    public sealed record Bool(bool Value) : PteValue;

    public sealed record Double(double Value) : PteValue;

    /// <summary>A list of integers, each given by the index of an <see cref="Int"/> value.</summary>
    public sealed record IntList(long[] ValueIndices) : PteValue;

    /// <summary>A list of tensors, each given by the index of a <see cref="Tensor"/> value.</summary>
    public sealed record TensorList(int[] ValueIndices) : PteValue;

    /// <summary>A tensor; <paramref name="Data"/> holds its bytes when it is a constant.</summary>
    public sealed record Tensor(PteScalarType ElementType, int[] Sizes, ReadOnlyMemory<byte>? Data) : PteValue
    {
        /// <summary>Why it cannot be used; null where it can. Only what reads it is refused.</summary>
        public string? Problem { get; init; }
    }
}
