using System.Buffers;

namespace TileProof.HwModel.Proof;

/// <summary>Words that are needed for a moment: proofs come by the thousand, and their arrays are large.</summary>
/// <param name="length">Words; they hold anything at first.</param>
internal readonly ref struct PooledWords(int length) : IDisposable
{
    private readonly ulong[] words = ArrayPool<ulong>.Shared.Rent(length);

    /// <summary>The words.</summary>
    public Span<ulong> Span => words.AsSpan(0, length);

    /// <summary>Gives them to the next; nobody may look at <see cref="Span"/> any more.</summary>
    public void Dispose() => ArrayPool<ulong>.Shared.Return(words);
}
