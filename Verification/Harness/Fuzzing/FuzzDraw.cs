using TileProof.Operators;

namespace TileProof.Verification.Fuzzing;

/// <summary>The random numbers of one fuzz case, in the order in which they are drawn.</summary>
/// <param name="numbers">The stream of the case.</param>
internal sealed class FuzzDraw(CounterRandom numbers)
{
    private int drawn;

    /// <summary>The numbers of a case of a campaign.</summary>
    public static FuzzDraw Of(int seed, int index) => new(CounterRandom.FromSeed((ulong)seed).Stream("fuzz case").Stream(index));

    /// <summary>Other numbers of a case of a campaign, for the defect that its program gets.</summary>
    public static FuzzDraw OfDefect(int seed, int index) => new(CounterRandom.FromSeed((ulong)seed).Stream("fuzz defect").Stream(index));

    /// <summary>0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => numbers.Below(drawn++, count);

    /// <summary>A number of a range, both ends included.</summary>
    public int Between(int first, int last) => first + Below(last - first + 1);

    /// <summary>True once in so many times.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    /// <summary>True that often in a hundred times.</summary>
    public bool Percent(int percent) => Below(100) < percent;

    /// <summary>One of some values; a value that is there twice comes twice as often.</summary>
    public T Pick<T>(params ReadOnlySpan<T> values) => values[Below(values.Length)];

    /// <summary>Any value of an enumeration.</summary>
    public T Any<T>()
        where T : struct, Enum => Pick(Enum.GetValues<T>());
}
