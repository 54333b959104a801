using TileProof.Golden.Quantization;
using TileProof.Operators;

namespace TileProof.Tests.Networks;

public sealed class ValueRangeTests
{
    [Theory]
    [InlineData(-1.23401f, 1.23401f, -1.235f, 1.235f)]
    [InlineData(-1.234f, 1.234f, -1.234f, 1.234f)]
    [InlineData(0.99991f, 99.999f, 0.9999f, 100f)]
    [InlineData(0f, 3.0001e-7f, 0f, 3.001e-7f)]
    [InlineData(-12345678f, -1234.5678f, -12350000f, -1234f)]
    public void RoundOutward_FourDigits_HoldsTheRange(float minimum, float maximum, float roundedMinimum, float roundedMaximum)
    {
        ValueRange rounded = ValueRange.Between(minimum, maximum).RoundOutward();
        Assert.Equal(ValueRange.Between(roundedMinimum, roundedMaximum), rounded);
        Assert.Equal(rounded, rounded.RoundOutward());
    }

    [Theory]
    [InlineData(0f, 255f, 1f, -128)]
    [InlineData(10f, 255f, 1f, -128)]
    [InlineData(-255f, 0f, 1f, 127)]
    [InlineData(-255f, -1f, 1f, 127)]
    [InlineData(-128f, 127f, 1f, 0)]
    [InlineData(-25.5f, 0f, 0.1f, 127)]
    public void ToQuantization_Range_ExtendedToZeroInTwoHundredFiftyFiveSteps(float minimum, float maximum, float scale, int zeroPoint) => Assert.Equal(
        QuantizationParameters.FromScale(scale, zeroPoint), ValueRange.Between(minimum, maximum).ToQuantization());

    [Fact]
    public void ToQuantization_OnlyZero_IsValid() => Assert.Equal(-128, ValueRange.Between(0, 0).ToQuantization().ZeroPoint);

    [Theory]
    [InlineData(1f, 0f)]
    [InlineData(float.NaN, 0f)]
    [InlineData(0f, float.PositiveInfinity)]
    public void Between_NoRange_IsRefused(float minimum, float maximum) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ValueRange.Between(minimum, maximum));
}
