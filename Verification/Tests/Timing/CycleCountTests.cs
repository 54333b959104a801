using TileProof.HwModel.Timing;

namespace TileProof.Tests.Timing;

public sealed class CycleCountTests
{
    [Fact]
    public void Default_IsZero() => Assert.Equal(CycleCount.Zero, CycleCount.FromCycles(0));

    [Fact]
    public void FromCycles_Negative_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => CycleCount.FromCycles(-1));

    [Fact]
    public void Add_BeyondTheRange_Throws() =>
        Assert.Throws<OverflowException>(() => CycleCount.FromCycles(long.MaxValue) + CycleCount.FromCycles(1));

    [Fact]
    public void Multiply_Repetitions_ScalesAndChecks()
    {
        Assert.Equal(CycleCount.FromCycles(21), CycleCount.FromCycles(7) * 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => CycleCount.FromCycles(7) * -1);
        Assert.Throws<OverflowException>(() => CycleCount.FromCycles(long.MaxValue) * 2);
    }

    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(0.49, 0)]
    [InlineData(0.5, 1)]
    [InlineData(2.5, 3)]
    [InlineData(9007199254740992.0, 9007199254740992)]
    public void FromModelled_Fraction_RoundsHalvesUp(double cycles, long expected) => Assert.Equal(expected, CycleCount.FromModelled(cycles).Cycles);

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void FromModelled_NotADuration_Throws(double cycles) => Assert.Throws<ArgumentOutOfRangeException>(() => CycleCount.FromModelled(cycles));

    [Fact]
    public void Comparison_OrdersByCycles()
    {
        CycleCount few = CycleCount.FromCycles(3);
        CycleCount many = CycleCount.FromCycles(4);
        Assert.True(few < many && many > few && few <= many && many >= few && few.CompareTo(many) < 0);
        Assert.False(few > many);
    }

    [Fact]
    public void ToString_Thousands_AreSeparated() => Assert.Equal("46,783,117", CycleCount.FromCycles(46783117).ToString());
}
