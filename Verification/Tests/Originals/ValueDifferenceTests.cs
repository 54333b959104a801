using TileProof.Operators;
using TileProof.Verification.Comparison;
using TileProof.Verification.Originals;

namespace TileProof.Tests.Originals;

/// <summary>Differences by class, the furthest element, and the bound of an import at its limits.</summary>
public sealed class ValueDifferenceTests
{
    [Fact]
    public void OfLevels_EveryClass_Counted()
    {
        ValueDifference difference = ValueDifference.OfLevels(Levels([0, 5, -128, 127, 10, 3]), Levels([0, 6, -126, -128, 7, 3]));
        Assert.Equal((2L, 1L, 1L, 2L, 255.0), (difference.Equal, difference.One, difference.Two, difference.More, difference.Largest));
        Assert.Equal(new Mismatch(new TensorIndex(0, 3, 0, 0), 127, -128), difference.Furthest);
        Assert.Equal((6L, 4L), (difference.Elements, difference.Differing));
    }

    [Fact]
    public void OfReals_UnitsOfTheLargestMagnitude_NoNaNPassedOver()
    {
        float ulp = MathF.ScaleB(1, 2 - 23);
        ValueDifference difference = ValueDifference.OfReals(
            Reals([-6f, 0f, 1f, 2f, float.NaN, float.PositiveInfinity]), Reals([-6f, ulp, 1f - (2 * ulp), 2f + (40 * ulp), float.NaN, float.PositiveInfinity]));
        Assert.Equal((3L, 1L, 1L, 1L, 40.0), (difference.Equal, difference.One, difference.Two, difference.More, difference.Largest));
        Assert.Equal(double.PositiveInfinity, ValueDifference.OfReals(Reals([1f, 2f]), Reals([1f, float.NaN])).Largest);
        Assert.Equal((0L, 1L), (ValueDifference.OfReals(Reals([2f]), Reals([2.5f]), scale: 0.25f).Equal, ValueDifference.OfReals(Reals([2f]), Reals([2.5f]), scale: 0.25f).Two));
    }

    [Fact]
    public void Between_OtherSizesOrTypes_Refused()
    {
        Assert.Throws<ArgumentException>(() => ValueDifference.OfLevels(Levels([1, 2]), Levels([1])));
        Assert.Throws<ArgumentException>(() => ValueDifference.OfLevels(Reals([1]), Levels([1])));
        Assert.Throws<ArgumentException>(() => ValueDifference.OfReals(Levels([1]), Reals([1])));
    }

    [Fact]
    public void IsKept_AtTheLimits_OnlyWithin()
    {
        Assert.True(ImportBound.IsKept(Level(elements: 128, one: 65, largest: 1)));
        Assert.False(ImportBound.IsKept(Level(elements: 128, one: 66, largest: 1)));
        Assert.True(ImportBound.IsKept(Level(elements: 5, one: 3, largest: 1)));
        Assert.False(ImportBound.IsKept(Level(elements: 5, one: 4, largest: 1)));
        Assert.False(ImportBound.IsKept(Level(elements: 5000, one: 1, largest: 2)));
        Assert.True(ImportBound.IsKept(new ValueDifference(ValueUnit.Ulp, 0, 0, 0, 9, ImportBound.Ulp)));
        Assert.False(ImportBound.IsKept(new ValueDifference(ValueUnit.Ulp, 8, 0, 0, 1, ImportBound.Ulp + 0.5)));
    }

    /// <summary>One element of many, the first, a middle or the last, is too many where a file's own values are copied.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(6)]
    public void IsKept_Copy_OnlyWhereEqual(int place)
    {
        sbyte[] levels = [1, -128, 7, 127, 0, 5, 9];
        sbyte[] changed = [.. levels];
        changed[place] ^= 1;
        Assert.True(ImportBound.IsKept(ValueDifference.OfLevels(Levels(levels), Levels(levels)), isCopy: true));
        ValueDifference difference = ValueDifference.OfLevels(Levels(levels), Levels(changed));
        Assert.True(ImportBound.IsKept(difference));
        Assert.False(ImportBound.IsKept(difference, isCopy: true));
        Assert.False(ImportBound.IsKept(ValueDifference.OfReals(Reals([1f, 2f]), Reals([1f, MathF.BitIncrement(2f)])), isCopy: true));
    }

    private static ValueDifference Level(int elements, int one, double largest) => new(ValueUnit.Level, elements - one, one, 0, 0, largest);

    private static Tensor Levels(sbyte[] levels) => Tensor.FromInt8(TensorShape.FromMatrix(1, levels.Length), levels);

    private static Tensor Reals(float[] reals) => Tensor.FromFloat32(TensorShape.FromMatrix(1, reals.Length), reals);
}
