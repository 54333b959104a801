using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;
using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Golden;

/// <summary>
/// Single accumulators through the requantization, with results worked out by hand from the operator contract, section 1a.4.
/// A 1x1 convolution with weight 0 passes its kernel bias straight to the shifts.
/// </summary>
public sealed class RequantizationArithmeticTests
{
    private static readonly Conv2dShape OneElement = Conv2dShape.Create(1, 1, 1, 1, 1, 1, 1, 0);

    [Theory]
    // Rounding half up: ties go toward positive infinity, on both sides of zero.
    [InlineData(5, 1, 1, 0, 3)]
    [InlineData(-5, 1, 1, 0, -2)]
    [InlineData(-6, 2, 1, 0, -1)]
    [InlineData(-7, 2, 1, 0, -2)]
    [InlineData(6, 2, 1, 0, 2)]
    [InlineData(3, 0, 1, 1, 2)]
    [InlineData(-3, 0, 1, 1, -1)]
    [InlineData(-1, 0, 1, 1, 0)]
    // Shifts of 0 pass the value on.
    [InlineData(100, 0, 1, 0, 100)]
    [InlineData(-100, 0, 1, 0, -100)]
    // int16 saturation after the first shift: 32767.5 rounds to 32768 and saturates; 32767 * 2 >> 16 is 1 (0.99997 rounds up).
    [InlineData(65535, 1, 2, 16, 1)]
    [InlineData(8388607, 0, 256, 16, 127)]
    [InlineData(8388607, 0, 255, 16, 127)]
    [InlineData(8388607, 0, 254, 16, 127)]
    [InlineData(8388607, 0, 253, 16, 126)]
    [InlineData(-8388608, 0, 256, 16, -128)]
    [InlineData(-8388608, 0, 255, 16, -127)]
    // int16 saturation after the second shift, then the int8 limits.
    [InlineData(32767, 0, 65535, 0, 127)]
    [InlineData(-32768, 0, 65535, 0, -128)]
    // A shift of 31 leaves at most one level: 32767 * 65535 / 2^31 is 0.99997.
    [InlineData(32767, 0, 65535, 31, 1)]
    [InlineData(-32768, 0, 65535, 31, -1)]
    // The accumulator keeps 24 bits: 2^23 wraps to -2^23, 2^24 + 5 to 5.
    [InlineData(8388608, 16, 1, 0, -128)]
    [InlineData(16777221, 0, 1, 0, 5)]
    [InlineData(-8388609, 23, 1, 0, 1)]
    [InlineData(8388607, 23, 1, 0, 1)]
    [InlineData(-8388608, 23, 1, 0, -1)]
    public void Requantize_OneAccumulator_MatchesHandComputation(int accumulator, int accumulatorShift, int scale, int outputShift, int expected)
    {
        var requantization = new Requantization
        {
            InputZeroPoint = 0,
            AccumulatorShift = accumulatorShift,
            OutputScales = [(ushort)scale],
            OutputShift = outputShift,
            KernelBias = [accumulator],
        };

        AssertBoth(expected, requantization);
    }

    [Theory]
    [InlineData(100, 40, -128, 127, 127)]
    [InlineData(-100, -40, -128, 127, -128)]
    [InlineData(100, -40, -128, 50, 10)]
    [InlineData(-100, 40, 0, 127, 40)]
    [InlineData(300, -3, -128, 127, 124)]
    public void PostCorrection_AfterTheKernelsLimits_SaturatesAgain(int accumulator, int correction, int minimum, int maximum, int expected)
    {
        var requantization = new Requantization
        {
            InputZeroPoint = 0,
            AccumulatorShift = 0,
            OutputScales = [1],
            OutputShift = 0,
            KernelBias = [accumulator],
            PostCorrection = [correction],
            ClampMinimum = minimum,
            ClampMaximum = maximum,
        };

        AssertBoth(expected, requantization);
    }

    [Fact]
    public void Requantize_FieldOutsideTheHardware_IsRejected()
    {
        var valid = new Requantization { InputZeroPoint = 0, AccumulatorShift = 0, OutputScales = [1], OutputShift = 0, KernelBias = [0] };
        Requantization[] invalid =
        [
            valid with { AccumulatorShift = 24 },
            valid with { OutputShift = 32 },
            valid with { InputZeroPoint = 128 },
            valid with { ClampMaximum = 128 },
            valid with { ClampMinimum = 5, ClampMaximum = 4 },
            valid with { KernelBias = [0, 0] },
            valid with { OutputScales = [1, 1] },
            valid with { PostCorrection = [1, 1] },
        ];
        foreach (Requantization requantization in invalid)
        {
            Assert.ThrowsAny<ArgumentException>(() => ScalarConv2d.Compute(OneElement, 1, [1], [0], requantization));
            Assert.ThrowsAny<ArgumentException>(() => new OnnxRuntimeConvolution(OneElement, 1, [0], requantization));
        }
    }

    private static void AssertBoth(int expected, Requantization requantization)
    {
        Assert.Equal(expected, ScalarConv2d.Compute(OneElement, 1, [1], [0], requantization).Output[0]);
        using var onnxRuntime = new OnnxRuntimeConvolution(OneElement, 1, [0], requantization);
        Assert.Equal(expected, onnxRuntime.Run([1])[0]);
    }
}
