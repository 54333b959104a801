using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Verification.Comparison;

namespace TileProof.Tests.Comparison;

/// <summary>Each class of cause from the pattern that it leaves.</summary>
public sealed class MismatchCauseTests
{
    private const byte Poison = 0xA5;

    /// <summary>64 channels of 16 rows at 16k: tiles of 16 channels and 2 rows.</summary>
    private static readonly Conv2dTilePlan Plan =
        Conv2dTilePlanner.Plan(Conv2dShape.Create(64, 16, 16, 64, 3, 3, 1, 1), DspConfiguration.FromBankBytes(16384, 16384));

    /// <summary>One tile of all channels and rows at 61k.</summary>
    private static readonly Conv2dTilePlan TallPlan =
        Conv2dTilePlanner.Plan(Conv2dShape.Create(64, 16, 16, 64, 1, 1, 1, 0), DspConfiguration.FromBankBytes(32768, 32768));

    [Fact]
    public void Guess_EqualTensors_Empty() => Assert.Equal("", Guess(Plan, static (_, level) => level));

    [Fact]
    public void Guess_OneTileOfPoison_NeverWritten() =>
        AssertCause("never written", Plan, static (index, level) => index.C < 16 && index.Y < 2 ? unchecked((sbyte)Poison) : level);

    [Fact]
    public void Guess_OneLevelHereAndThere_Rounding() =>
        AssertCause("rounding", Plan, static (index, level) => (sbyte)(index.X == 3 ? level + 1 : index.X == 5 ? level - 1 : level));

    [Fact]
    public void Guess_SameOffsetEverywhere_ZeroPointOrBias() =>
        AssertCause("constant offset of 7", Plan, static (_, level) => (sbyte)(level + 7));

    [Fact]
    public void Guess_OneChannel_BiasOrCoefficients() =>
        AssertCause("one output channel", Plan, static (index, level) => (sbyte)(index.C == 20 ? level + (index.X % 5) + 2 : level));

    [Fact]
    public void Guess_FirstAndLastRowOfTiles_Halo() =>
        AssertCause("rows at tile edges", TallPlan, (index, level) => (sbyte)(index.Y % TallPlan.RowsPerTile == 0 ? level + (index.X % 5) + 2 : level));

    [Fact]
    public void Guess_OneTile_ItsLoadOrStore() =>
        AssertCause("one tile", Plan, static (index, level) => (sbyte)(index.C < 16 && index.Y is 4 or 5 && index.C < 16 ? level + (index.X % 5) + 2 : level));

    [Fact]
    public void Guess_OneChannelTile_Coefficients() =>
        AssertCause("some channel tiles", Plan, static (index, level) => (sbyte)(index.C is >= 16 and < 32 ? level + (index.X % 5) + 2 : level));

    [Fact]
    public void Guess_OneRowTile_LateInput() =>
        AssertCause("some row tiles", Plan, static (index, level) => (sbyte)(index.Y is 6 or 7 ? level + (index.X % 5) + 2 : level));

    [Fact]
    public void Guess_Everything_Parameters() =>
        AssertCause("every tile", Plan, static (index, level) => (sbyte)(level + (index.X % 5) + 2));

    // One level up and five down is no rounding, and neither is the other way round.
    [Theory]
    [InlineData(1, -5)]
    [InlineData(-1, 5)]
    [InlineData(-2, 1)]
    public void Guess_MoreThanOneLevelEitherWay_NoRounding(int here, int there) =>
        AssertCause("every tile", Plan, (index, level) => (sbyte)(index.X == 3 ? level + here : index.X == 5 ? level + there : level));

    // Where there is one channel only, its number says nothing; where there are two, it does.
    [Theory]
    [InlineData(1, "every tile")]
    [InlineData(2, "one output channel")]
    public void Guess_LastChannelOfFew(int channels, string expected)
    {
        Conv2dTilePlan plan = Conv2dTilePlanner.Plan(Conv2dShape.Create(8, 16, 16, channels, 3, 3, 1, 1), DspConfiguration.FromBankBytes(4096, 2048));
        AssertCause(expected, plan, (index, level) => (sbyte)(index.C == channels - 1 ? level + (index.X % 5) + 2 : level));
    }

    // The last tile is short, and tiles of two rows are nothing but edges.
    [Theory]
    [InlineData(6, true, 5, 11, 15)]
    [InlineData(6, true, 0, 5, 12)]
    [InlineData(6, false, 5, 10, 15)]
    [InlineData(6, false, 0, 1, 6)]
    [InlineData(3, true, 2, 5, 15)]
    [InlineData(3, false, 2, 4, 15)]
    [InlineData(2, false, 1, 3, 15)]
    public void Guess_RowsOfTiles_EdgesOrNot(int rowsPerTile, bool areEdges, params int[] rows)
    {
        string cause = Guess(TallPlan with { RowsPerTile = rowsPerTile }, (index, level) => (sbyte)(rows.Contains(index.Y) ? level + (index.X % 5) + 2 : level));
        Assert.Equal(areEdges, cause == "only rows at tile edges: halo, padding or source row");
    }

    // Elements of four bytes, all unlike, so that no element can be taken for another.
    [Theory]
    [InlineData("elements 0..0, all of them: a chunk that was late or not stored, or a tail", 0)]
    [InlineData("elements 59..59, all of them: a chunk that was late or not stored, or a tail", 59)]
    [InlineData("elements 31..33, all of them: a chunk that was late or not stored, or a tail", 31, 32, 33)]
    [InlineData("elements 0..59, 2 of them: rounding or parameters", 0, 59)]
    [InlineData("elements 7..10, 3 of them: rounding or parameters", 7, 9, 10)]
    public void Guess_WithoutTiles_RangeAndCount(string expected, params int[] elements)
    {
        TensorShape shape = TensorShape.FromNchw(1, 3, 4, 5);
        float[] golden = [.. Enumerable.Range(0, shape.ElementCount).Select(static i => (i * i) + 0.25f)];
        var actual = Tensor.FromFloat32(shape, [.. golden.Select((value, i) => elements.Contains(i) ? -value : value)]);
        Assert.Equal(expected, MismatchCause.Guess(null, Tensor.FromFloat32(shape, golden), actual, Poison));

        var difference = TensorDifference.Between(Tensor.FromFloat32(shape, golden), actual);
        Assert.Equal((240, elements.Length), (difference.ComparedBytes, difference.DifferingElements));
        Assert.Equal(new Mismatch(shape.IndexOf(elements[0]), golden[elements[0]], -golden[elements[0]]), difference.First);
    }

    private static void AssertCause(string expected, Conv2dTilePlan plan, Func<TensorIndex, sbyte, sbyte> change) =>
        Assert.Contains(expected, Guess(plan, change), StringComparison.Ordinal);

    private static string Guess(Conv2dTilePlan plan, Func<TensorIndex, sbyte, sbyte> change)
    {
        TensorShape shape = plan.Shape.OutputShape();
        Tensor expected = Tensor.Create(shape, ElementType.Int8);
        Tensor actual = Tensor.Create(shape, ElementType.Int8);
        for (int element = 0; element < shape.ElementCount; element++)
        {
            expected.Int8[element] = (sbyte)(element % 100);
            actual.Int8[element] = change(shape.IndexOf(element), expected.Int8[element]);
        }

        return MismatchCause.Guess(plan, expected, actual, Poison);
    }
}
