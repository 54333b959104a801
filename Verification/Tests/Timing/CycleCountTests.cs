using TileProof.HwModel.Timing;

namespace TileProof.Tests.Timing;

public sealed class CycleCountTests
{
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
    public void ToString_Thousands_AreSeparated() => Assert.Equal("46,783,117", CycleCount.FromModelled(46783117).ToString());
}
