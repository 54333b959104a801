using System.Globalization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.Operators;
using TileProof.Operators.Words;

namespace TileProof.HwModel.Proof;

/// <summary>Says which byte of a convolution call a word stands for.</summary>
internal sealed class WordNames(Conv2dShape shape, int batch, IReadOnlyList<TransferLabel> transfers)
{
    private const int AddressBits = 32;

    /// <summary>Such as <c>input [0, 3, 7, 5]</c>, or <c>a byte that nobody wrote</c>; null for a word that was computed.</summary>
    public string? NameOf(ulong word) => RingWords.Find(word) is var (kind, index) ? NameOf(kind, index) : null;

    /// <summary>What the word of a byte that never held data stands for, whatever the operator; empty for others.</summary>
    /// <param name="kind">The kind of the word.</param>
    /// <param name="index">Its index.</param>
    /// <param name="transfers">What every transfer was for.</param>
    public static string NameOf(WordKind kind, long index, IReadOnlyList<TransferLabel> transfers)
    {
        return kind switch
        {
            WordKind.Unwritten when index >> AddressBits <= DspConfiguration.MaximumBankCount => "a byte that nobody wrote",
            WordKind.UnderWay when index < transfers.Count => $"a byte of '{transfers[(int)index]}', which is not waited for",
            WordKind.WrittenWhileRead => "a result of a kernel that writes over what it reads",
            WordKind.Raced when index < transfers.Count => $"a byte of '{transfers[(int)index]}', whose source or destination is written before it is waited for",
            WordKind.InCacheOnly when index < int.MaxValue => "a byte that the core has not written back",
            WordKind.StaleInCache when index < int.MaxValue => "an old byte of a cache line that the core has not dropped",
            _ => "",
        };
    }

    /// <summary>What is used instead of what.</summary>
    /// <param name="used">The word that is used.</param>
    /// <param name="right">The word that belongs there.</param>
    public string Difference(ulong used, ulong right)
    {
        if (RingWords.Find(used) is (WordKind.Input, var usedIndex) && RingWords.Find(right) is (WordKind.Input, var rightIndex)
            && InputAt(usedIndex) is { } usedPlace && InputAt(rightIndex) is { } rightPlace
            && (usedPlace with { Y = rightPlace.Y }) == rightPlace)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"uses row {usedPlace.Y} where row {rightPlace.Y} belongs, of input [{rightPlace.N}, {rightPlace.C}, {rightPlace.Y}, {rightPlace.X}]");
        }

        return $"uses {NameOf(used) ?? "a computed value"} where {NameOf(right) ?? "a computed value"} belongs";
    }

    private string? NameOf(WordKind kind, long index) => kind switch
    {
        WordKind.Input => InputAt(index) is { } place ? $"input {place}" : null,
        WordKind.Weight => index < shape.WeightCount ? $"weight {WeightAt(index)}" : null,
        WordKind.Bias => index < 4L * shape.OutChannels ? string.Create(CultureInfo.InvariantCulture, $"byte {index % 4} of bias {index / 4}") : null,
        WordKind.Scale => index < 2L * shape.OutChannels ? string.Create(CultureInfo.InvariantCulture, $"byte {index % 2} of output scale {index / 2}") : null,
        WordKind.Constant => index <= byte.MaxValue ? string.Create(CultureInfo.InvariantCulture, $"the constant {unchecked((sbyte)index)}") : null,
        WordKind.Correction => index < shape.OutChannels ? string.Create(CultureInfo.InvariantCulture, $"the correction of channel {index}") : null,
        _ => NameOf(kind, index, transfers) is { Length: > 0 } name ? name : null,
    };

    private TensorIndex? InputAt(long index)
    {
        if (index >= (long)batch * shape.InChannels * shape.InHeight * shape.InWidth)
        {
            return null;
        }

        (long row, long x) = Math.DivRem(index, shape.InWidth);
        (long plane, long y) = Math.DivRem(row, shape.InHeight);
        (long n, long c) = Math.DivRem(plane, shape.InChannels);
        return new TensorIndex((int)n, (int)c, (int)y, (int)x);
    }

    private TensorIndex WeightAt(long index)
    {
        (long row, long x) = Math.DivRem(index, shape.KernelWidth);
        (long plane, long y) = Math.DivRem(row, shape.KernelHeight);
        (long o, long c) = Math.DivRem(plane, shape.GroupInChannels);
        return new TensorIndex((int)o, (int)c, (int)y, (int)x);
    }
}
