using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Operators;

/// <summary>The driver's integers, against figures worked out by hand from the operator contract, sections 1a.2, 1a.3 and 1a.6.</summary>
public sealed class RequantizationDeriverTests
{
    [Theory]
    // Figures that the published logs print: the scale printed there, cut to fewer digits than the multiplier has, is not used.
    [InlineData(4, 57213, 20)]
    [InlineData(5, 33483, 19)]
    [InlineData(8, 59827, 17)]
    [InlineData(8, 20759, 15)]
    [InlineData(8, 18874, 15)]
    public void OutputScaleFor_ScaleInsideAPublishedStep_GivesThePublishedPair(int accumulatorShift, int scale, int outputShift)
    {
        float inside = (float)Math.ScaleB(scale + 0.5, -(accumulatorShift + outputShift));
        Assert.Equal(((ushort)scale, outputShift), RequantizationDeriver.OutputScaleFor(inside, accumulatorShift));
    }

    [Theory]
    // At the first shift of 15 a multiplier in 16384..65535 is kept.
    [InlineData(16384, 16384, 15)]
    [InlineData(32767, 32767, 15)]
    [InlineData(65535, 65535, 15)]
    // Below, it is normalized to 32768..65535; 16383.5 counts as 16383 and doubles twice.
    [InlineData(16383, 65532, 17)]
    [InlineData(16383.5, 65534, 17)]
    [InlineData(16383.75, 65535, 17)]
    [InlineData(8192, 32768, 17)]
    [InlineData(1, 32768, 30)]
    [InlineData(0.75, 49152, 31)]
    [InlineData(0.25, 16384, 31)]
    // Above, the shift comes down until the multiplier fits.
    [InlineData(65536, 32768, 14)]
    [InlineData(131070, 65535, 14)]
    [InlineData(131072, 32768, 13)]
    [InlineData(65535.0 * 32768, 65535, 0)]
    [InlineData(65536.0 * 32768, 65535, 0)]
    // Below one step even at the last shift, and beyond int32 at the first.
    [InlineData(1.0 / 131072, 1, 31)]
    [InlineData(1e12, 65535, 0)]
    public void OutputScaleFor_MultiplierAtTheFirstShift_NormalizesAsSpecified(double multiplierAtFirstShift, int scale, int outputShift)
    {
        foreach (int accumulatorShift in new[] { 0, 8 })
        {
            float effectiveScale = (float)Math.ScaleB(multiplierAtFirstShift, -(15 + accumulatorShift));
            Assert.Equal(((ushort)scale, outputShift), RequantizationDeriver.OutputScaleFor(effectiveScale, accumulatorShift));
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(32767, 0)]
    [InlineData(32768, 1)]
    [InlineData(65534, 1)]
    [InlineData(65535, 2)]
    [InlineData(32767 * 256, 8)]
    [InlineData((32767 * 256) + 256, 9)]
    [InlineData(float.MaxValue, 31)]
    public void AccumulatorShiftFor_Bound_IsSmallestThatFits16Bits(float maximumAccumulator, int expected) =>
        Assert.Equal(expected, RequantizationDeriver.AccumulatorShiftFor(maximumAccumulator));

    [Theory]
    // zpAcc = 10 / 0.25 = 40; half levels round away from zero: 3 / 2 = 1.5 becomes 2, -1.5 becomes -2.
    [InlineData(10, 0.25f, 40)]
    [InlineData(-10, 0.25f, -40)]
    [InlineData(3, 2f, 2)]
    [InlineData(-3, 2f, -2)]
    [InlineData(1, 4f, 0)]
    [InlineData(-1, 4f, 0)]
    [InlineData(0, 0.25f, 0)]
    public void L1Norm_OutputZeroPoint_EntersTheBiasInAccumulatorUnits(int outputZeroPoint, float effectiveScale, int expected)
    {
        Requantization derived = Derive([2, -5], bias: 100, effectiveScale, inputZeroPoint: -7, outputZeroPoint, ParameterDerivation.L1Norm);

        // 100 - (-7)(2 - 5) + zpAcc
        Assert.Equal(79 + expected, derived.KernelBias[0]);
        Assert.False(derived.HasPostCorrection);
    }

    [Theory]
    [InlineData(8388607, 8388607, 0)]
    [InlineData(8388608, 8388607, 0)]
    [InlineData(8388609, 8388607, 1)]
    [InlineData(8388612, 8388607, 3)]
    [InlineData(-8388608, -8388608, 0)]
    [InlineData(-8388609, -8388608, -1)]
    [InlineData(-8388611, -8388608, -2)]
    public void L1Norm_BiasBeyond24Bits_IsCutAndCorrectedAfterwards(int bias, int kernelBias, int postCorrection)
    {
        // The residual times 0.5 rounds half away from zero: 1 gives 1 (0.5 + 0.5), 2 gives 1, 5 gives 3, -3 gives -2.
        float effectiveScale = bias == 8388608 ? 0.25f : 0.5f;
        Requantization derived = Derive([1], bias, effectiveScale, 0, 0, ParameterDerivation.L1Norm);

        Assert.Equal(kernelBias, derived.KernelBias[0]);
        Assert.Equal(postCorrection, derived.PostCorrectionOf(0));
    }

    [Fact]
    public void L1Norm_AccumulatorBound_IsLargestBiasPlus128TimesLargestNorm()
    {
        // 100 * 128 = 12800 fits; with a bias of 19967 the sum is 32767, with 19968 one more.
        sbyte[] weights = [60, -40];
        Assert.Equal(0, Derive(weights, 19967, 1, 0, 0, ParameterDerivation.L1Norm).AccumulatorShift);
        Assert.Equal(1, Derive(weights, 19968, 1, 0, 0, ParameterDerivation.L1Norm).AccumulatorShift);
        Assert.Equal(1, Derive(weights, -19968, 1, 0, 0, ParameterDerivation.L1Norm).AccumulatorShift);
    }

    [Fact]
    public void WorstCase_TwoTaps_BoundsBySizeAndAddsTheZeroPointLast()
    {
        // 2 * 127 * (127 + 3) = 33020 needs a shift of 1; the bias takes no part.
        Requantization derived = Derive([2, -5], bias: 1000000, effectiveScale: 1, inputZeroPoint: -3, outputZeroPoint: 9, ParameterDerivation.WorstCase);

        Assert.Equal(1, derived.AccumulatorShift);
        Assert.Equal(1000000 - 9, derived.KernelBias[0]);
        Assert.Equal(9, derived.PostCorrectionOf(0));
    }

    [Fact]
    public void WorstCase_BiasNearInt32Limit_Wraps()
    {
        Requantization derived = Derive([127], int.MaxValue, 1, inputZeroPoint: -128, 0, ParameterDerivation.WorstCase);
        Assert.Equal(unchecked(int.MaxValue + (128 * 127)), derived.KernelBias[0]);
    }

    [Fact]
    public void PerChannelScales_CommonShiftFromTheLargest_TruncatesEach()
    {
        var shape = Conv2dShape.Create(1, 1, 1, 3, 1, 1, 1, 0);
        Requantization derived = RequantizationDeriver.Derive(
            shape, [1, 1, 1], [0, 0, 0], [0.5f, 0.75f, 1e-9f], 0, 0, ParameterDerivation.L1Norm);

        // 0.75 * 2^15 = 24576 stays at shift 15.
        Assert.Equal(15, derived.OutputShift);
        Assert.Equal([16384, 24576, 1], derived.OutputScales);
    }

    [Fact]
    public void ZeroPointBeyondInt64InAccumulatorUnits_IsRejected() =>
        Assert.Throws<ArgumentException>(() => Derive([1], 0, 1e-20f, 0, 100, ParameterDerivation.L1Norm));

    private static Requantization Derive(
        sbyte[] weights, int bias, float effectiveScale, int inputZeroPoint, int outputZeroPoint, ParameterDerivation derivation) =>
        RequantizationDeriver.Derive(
            Conv2dShape.Create(weights.Length, 1, 1, 1, 1, 1, 1, 0), weights, [bias], [effectiveScale], inputZeroPoint, outputZeroPoint, derivation);
}
