using TileProof.Operators;
using TileProof.Verification.Comparison;

namespace TileProof.Tests.Comparison;

public sealed class TensorDifferenceTests
{
    private static readonly TensorShape Shape = TensorShape.FromNchw(1, 2, 2, 3);

    [Fact]
    public void Between_EqualTensors_NoMismatch()
    {
        Tensor tensor = Int8(1, -128, 127, 0, 5, 6, 7, 8, 9, 10, 11, 12);

        var difference = TensorDifference.Between(tensor, Int8([.. tensor.Int8]));

        Assert.True(difference.IsEqual);
        Assert.Equal(12, difference.ComparedBytes);
        Assert.Null(difference.First);
    }

    [Fact]
    public void Between_TwoDifferences_FirstIsNamedWithIndexAndValues()
    {
        Tensor expected = Int8(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        Tensor actual = Int8(1, 2, 3, 4, 5, 6, 7, -8, 9, 10, 11, 13);

        var difference = TensorDifference.Between(expected, actual);

        Assert.Equal(2, difference.DifferingElements);
        Assert.Equal(new Mismatch(new TensorIndex(0, 1, 0, 1), 8, -8), difference.First);
    }

    [Fact]
    public void Between_FloatsWithDifferentZeros_Differ()
    {
        TensorShape one = TensorShape.FromNchw(1, 1, 1, 1);

        var difference = TensorDifference.Between(Tensor.FromFloat32(one, [0f]), Tensor.FromFloat32(one, [-0f]));

        Assert.Equal(1, difference.DifferingElements);
        Assert.Equal(4, difference.ComparedBytes);
    }

    [Fact]
    public void Between_SameNaN_Equal()
    {
        TensorShape one = TensorShape.FromNchw(1, 1, 1, 1);

        Assert.True(TensorDifference.Between(Tensor.FromFloat32(one, [float.NaN]), Tensor.FromFloat32(one, [float.NaN])).IsEqual);
    }

    [Fact]
    public void Between_OtherShape_Throws() => Assert.Throws<ArgumentException>(
        () => TensorDifference.Between(Int8(new sbyte[12]), Tensor.Create(TensorShape.FromNchw(1, 12, 1, 1), ElementType.Int8)));

    [Fact]
    public void LevelDifferences_EveryClass_Counted()
    {
        var levels = LevelDifferences.Between([0, 0, 0, 0, -128], [0, 1, -2, 3, 127]);

        Assert.Equal(new LevelDifferences(1, 1, 1, 2), levels);
        Assert.Equal("1/1/1/2", levels.ToString());
        Assert.Equal(new LevelDifferences(2, 2, 2, 4), levels + levels);
    }

    private static Tensor Int8(params sbyte[] levels) => Tensor.FromInt8(Shape, levels);
}
