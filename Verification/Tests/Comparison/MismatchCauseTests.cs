using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Verification;

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
