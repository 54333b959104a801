using System.Runtime.CompilerServices;

namespace TileProof.Operators.Words;

/// <summary>The 64-bit words that stand for the bytes of a call where all values are to be covered at once, and how words form the elements of wider types.</summary>
/// <remarks>
/// A program that only moves, multiplies and adds its bytes computes polynomials of them. Two different polynomials with small integer
/// coefficients rarely agree modulo 2^64 at random words (see <see cref="ErrorBoundBits"/>), so one run on words decides for all bytes.
/// The words come from a seed by a mixing function that can be inverted: of a wrong word it can be told which byte it stands for.
/// </remarks>
public static class RingWords
{
    /// <summary>The largest index within a kind: 48 bits.</summary>
    public const long MaximumIndex = (1L << IndexBits) - 1;

    private const int IndexBits = 48;
    private const int TensorBits = 32;
    private const ulong Seed = 0x7469_6C65_7072_6F66;
    private const ulong Increment = 0x9E37_79B9_7F4A_7C15;
    private const ulong FirstFactor = 0xBF58_476D_1CE4_E5B9;
    private const ulong SecondFactor = 0x94D0_49BB_1331_11EB;

    // Odd, so that no byte of a wider element loses bits; different, so that exchanged bytes show.
    private const ulong SecondByte = 0xD6E8_FEB8_6659_FD93;
    private const ulong ThirdByte = 0xA3B1_9535_4A39_B70D;
    private const ulong FourthByte = 0xC2B2_AE3D_27D4_EB4F;

    private static readonly ulong IncrementInverse = InverseOf(Increment);
    private static readonly ulong FirstInverse = InverseOf(FirstFactor);
    private static readonly ulong SecondInverse = InverseOf(SecondFactor);

    /// <summary>The word of a byte.</summary>
    /// <param name="kind">What it belongs to.</param>
    /// <param name="index">Which one, 0 to <see cref="MaximumIndex"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(WordKind kind, long index) => Mix(unchecked(Seed + ((((ulong)kind << IndexBits) | (ulong)index) * Increment)));

    /// <summary>The index of the first byte of a tensor, where a call has several of one kind.</summary>
    public static long FirstIndexOf(int tensor) => (long)tensor << TensorBits;

    /// <summary>The words of consecutive bytes.</summary>
    public static void Fill(WordKind kind, long firstIndex, Span<ulong> words)
    {
        ulong state = unchecked(Seed + ((((ulong)kind << IndexBits) | (ulong)firstIndex) * Increment));
        foreach (ref ulong word in words)
        {
            word = Mix(state);
            state = unchecked(state + Increment);
        }
    }

    /// <summary>The byte that a word stands for; null for a word that was computed.</summary>
    /// <remarks>A computed word is taken for a byte with a probability of 2^-12: a help for people, which decides nothing.</remarks>
    public static (WordKind Kind, long Index)? Find(ulong word)
    {
        ulong counter = unchecked((Unmix(word) - Seed) * IncrementInverse);
        var kind = (WordKind)(counter >> IndexBits);
        return kind <= WordKind.WrittenWhileRead ? (kind, (long)(counter & (ulong)MaximumIndex)) : null;
    }

    /// <summary>The element that four bytes form, the lowest first.</summary>
    public static ulong Element32(ReadOnlySpan<ulong> bytes) =>
        unchecked(bytes[0] + (bytes[1] * SecondByte) + (bytes[2] * ThirdByte) + (bytes[3] * FourthByte));

    /// <summary>Four bytes that form an element.</summary>
    public static void Split32(ulong element, Span<ulong> bytes)
    {
        for (int i = 1; i < bytes.Length; i++)
        {
            bytes[i] = Mix(unchecked(element + ((ulong)i * Increment)));
        }

        bytes[0] = 0;
        bytes[0] = unchecked(element - Element32(bytes));
    }

    /// <summary>A word that stands for a function of two others, in this order: equal for equal ones, and of other ones with a probability of about 2^-64.</summary>
    public static ulong Combine(ulong first, ulong second) => Mix(unchecked((first * SecondByte) + ulong.RotateLeft(second, 23) + Increment) ^ (second * ThirdByte));

    /// <summary>A word for each element of a set whose sum stands for the set, in whatever order.</summary>
    public static ulong OfSetMember(ulong element) => Mix(unchecked(element + FourthByte));

    /// <summary>The lowest float as an element.</summary>
    public static ulong LowestFloat()
    {
        Span<ulong> bytes = stackalloc ulong[4];
        Fill(WordKind.LowestFloat, 0, bytes);
        return Element32(bytes);
    }

    /// <summary>The element that two bytes form, the lowest first.</summary>
    public static ulong Element16(ReadOnlySpan<ulong> bytes) => unchecked(bytes[0] + (bytes[1] * SecondByte));

    /// <summary>Wrong sums of products agree with the right one with a probability of at most 2 to the minus this.</summary>
    /// <param name="productCount">Products in the sum.</param>
    /// <remarks>
    /// The difference of the two is x L + R with a word x and a linear form L of other words, whose coefficients are at most the number of
    /// products in magnitude, so that all are multiples of 2^a for no a above its logarithm. L then is a multiple of 2^(a+k) with a
    /// probability of 2^-k, for which x solves the equation with 2^(a+k-64): over the 64 values of k at most 2^(a-58) in all.
    /// </remarks>
    public static int ErrorBoundBits(long productCount) => 58 - (64 - (int)ulong.LeadingZeroCount((ulong)productCount));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * FirstFactor;
            value = (value ^ (value >> 27)) * SecondFactor;
            return value ^ (value >> 31);
        }
    }

    private static ulong Unmix(ulong value)
    {
        unchecked
        {
            value = UndoShift(value, 31) * SecondInverse;
            value = UndoShift(value, 27) * FirstInverse;
            return UndoShift(value, 30);
        }
    }

    /// <summary>The value whose exclusive or with itself, shifted right, this is.</summary>
    private static ulong UndoShift(ulong value, int shift)
    {
        ulong result = value;
        for (int known = shift; known < 64; known += shift)
        {
            result = value ^ (result >> shift);
        }

        return result;
    }

    /// <summary>The inverse of an odd number modulo 2^64, by Newton's iteration from five right bits on.</summary>
    private static ulong InverseOf(ulong odd)
    {
        ulong inverse = unchecked((3 * odd) ^ 2);
        for (int rightBits = 5; rightBits < 64; rightBits *= 2)
        {
            inverse = unchecked(inverse * (2 - (odd * inverse)));
        }

        return inverse;
    }
}
