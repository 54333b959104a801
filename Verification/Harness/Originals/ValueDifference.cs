using System.Globalization;
using TileProof.Operators;
using TileProof.Verification.Comparison;

namespace TileProof.Verification.Originals;

/// <summary>How far a value is from the same value of the original file, element by element, in a unit.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Equal">Elements less than half a unit apart.</param>
/// <param name="One">Elements about one unit apart.</param>
/// <param name="Two">Elements about two units apart.</param>
/// <param name="More">Elements further apart, and those of which one is NaN or infinite and the other is not the same.</param>
/// <param name="Largest">The largest difference in units.</param>
public sealed record ValueDifference(ValueUnit Unit, long Equal, long One, long Two, long More, double Largest)
{
    private const int FractionBits = 23;

    /// <summary>The first of the elements that are the furthest apart; null when all are equal.</summary>
    public Mismatch? Furthest { get; init; }

    /// <summary>Elements compared.</summary>
    public long Elements => Equal + One + Two + More;

    /// <summary>Elements that are not equal.</summary>
    public long Differing => Elements - Equal;

    /// <summary>Compares int8 levels.</summary>
    /// <param name="original">The levels of the file, in any shape.</param>
    /// <param name="actual">Says the shape.</param>
    /// <exception cref="ArgumentException">The types or element counts differ.</exception>
    public static ValueDifference OfLevels(Tensor original, Tensor actual)
    {
        Require(original, actual, ElementType.Int8);
        return Count(ValueUnit.Level, actual.Shape, 1, index => original.Int8[index], index => actual.Int8[index]);
    }

    /// <summary>Compares real numbers.</summary>
    /// <param name="original">The numbers of the file, in any shape.</param>
    /// <param name="actual">Says the shape.</param>
    /// <param name="scale">The real value of a level where the numbers are levels; null for units in the last place of the largest magnitude.</param>
    /// <param name="sums">The largest sum of magnitudes that a number was added up from, where another order of addition is allowed; the last place is then that of this.</param>
    /// <exception cref="ArgumentException">The types or element counts differ.</exception>
    public static ValueDifference OfReals(Tensor original, Tensor actual, float? scale = null, float sums = 0)
    {
        Require(original, actual, ElementType.Float32);
        double unit = scale ?? UlpOf(original.Float32, sums);
        return Count(scale is null ? ValueUnit.Ulp : ValueUnit.Level, actual.Shape, unit, index => original.Float32[index], index => actual.Float32[index]);
    }

    /// <summary><c>equal/one/two/more, largest n levels</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Equal}/{One}/{Two}/{More}, largest {Largest:0.##} {(Unit == ValueUnit.Level ? "levels" : "ULP")}");

    private static ValueDifference Count(ValueUnit unitName, TensorShape shape, double unit, Func<int, double> original, Func<int, double> actual)
    {
        Span<long> counts = stackalloc long[4];
        double largest = 0;
        Mismatch? furthest = null;
        for (int index = 0; index < shape.ElementCount; index++)
        {
            double expected = original(index);
            double found = actual(index);
            double distance = expected.Equals(found) ? 0 : Math.Abs(expected - found) / unit;
            distance = double.IsNaN(distance) ? double.PositiveInfinity : distance;
            counts[(int)Math.Min(Math.Round(distance, MidpointRounding.AwayFromZero), counts.Length - 1)]++;
            if (distance > largest)
            {
                largest = distance;
                furthest = new Mismatch(shape.IndexOf(index), expected, found);
            }
        }

        return new ValueDifference(unitName, counts[0], counts[1], counts[2], counts[3], largest) { Furthest = furthest };
    }

    private static double UlpOf(ReadOnlySpan<float> values, float sums)
    {
        float largest = float.IsFinite(sums) ? sums : 0;
        foreach (float value in values)
        {
            largest = float.IsFinite(value) ? Math.Max(largest, Math.Abs(value)) : largest;
        }

        return Math.ScaleB(1.0, (largest == 0 ? 0 : Math.ILogB(largest)) - FractionBits);
    }

    private static void Require(Tensor original, Tensor actual, ElementType elementType)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(actual);
        if (original.ElementType != elementType || actual.ElementType != elementType || original.Shape.ElementCount != actual.Shape.ElementCount)
        {
            throw new ArgumentException($"{original.ElementType} {original.Shape} cannot be compared with {actual.ElementType} {actual.Shape}.", nameof(actual));
        }
    }
}
