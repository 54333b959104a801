using FsCheck;
using FsCheck.Fluent;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;

namespace TileProof.Tests.Golden;

/// <summary>quantized_relu (operator contract, section 6).</summary>
public sealed class ReluTests(GoldenEngines engines) : IClassFixture<GoldenEngines>
{
    private const int HalfQ31 = 1 << 30;

    [Theory]
    // A factor of 0.5 (a Q31 mantissa of 0.5, shift 0): odd distances are ties.
    [InlineData(0, 0, 1, 0, 0)]
    [InlineData(0, 0, 3, 2, 2)]
    [InlineData(0, 1, 1, 2, 1)]
    [InlineData(0, 1, 3, 2, 3)]
    [InlineData(0, -3, 5, 0, -1)]
    [InlineData(-10, 5, -20, 5, 5)]
    [InlineData(-128, 0, 127, 127, 127)]
    [InlineData(-128, -128, 127, 0, 0)]
    [InlineData(-128, -128, -128, -128, -128)]
    public void Relu_HalfFactor_DspAndReferenceRoundAsSpecified(int inputZeroPoint, int outputZeroPoint, int x, int dsp, int reference)
    {
        QuantizedReluCall call = Calls.Relu(1, inputZeroPoint, outputZeroPoint, HalfQ31, 0);
        Tensor input = Calls.Int8s((sbyte)x);

        Assert.Equal(dsp, engines.Scalar.Run(call, input).Int8[0]);
        Assert.Equal(dsp, engines.OnnxRuntime.Run(call, input).Int8[0]);
        Assert.Equal(reference, engines.Generic.Run(call, input).Int8[0]);
    }

    [Fact]
    public void Relu_AllLevelsAtRandomFactors_ScalarAndOnnxRuntimeBytesEqual()
    {
        Tensor input = Calls.Int8s([.. Enumerable.Range(-128, 256).Select(static level => (sbyte)level)]);
        int differences = 0;
        Gen<(int InputZeroPoint, int OutputZeroPoint, int Multiplier, int Shift)> factors =
            from inputZeroPoint in Gen.Choose(-128, 127)
            from outputZeroPoint in Gen.Choose(-128, 127)
            from multiplier in Gen.Choose(HalfQ31, int.MaxValue - 1)
            from shift in Gen.Choose(-4, 2)
            select (inputZeroPoint, outputZeroPoint, multiplier, shift);
        Properties.ForAll(100, factors, Smaller, factor =>
        {
            QuantizedReluCall call = Calls.Relu(256, factor.InputZeroPoint, factor.OutputZeroPoint, factor.Multiplier, factor.Shift);
            Tensor scalar = engines.Scalar.Run(call, input);
            Tensor generic = engines.Generic.Run(call, input);

            Assert.Equal(scalar.Bytes, engines.OnnxRuntime.Run(call, input).Bytes);
            for (int i = 0; i < 256; i++)
            {
                int difference = scalar.Int8[i] - generic.Int8[i];
                Assert.InRange(difference, -1, 1);
                differences += difference == 0 ? 0 : 1;
            }
        });

        // Away from ties the two roundings agree; random factors rarely meet a tie.
        Assert.InRange(differences, 0, 100);
    }

    private static IEnumerable<(int InputZeroPoint, int OutputZeroPoint, int Multiplier, int Shift)> Smaller(
        (int InputZeroPoint, int OutputZeroPoint, int Multiplier, int Shift) factor) =>
    [
        .. Properties.Towards(0, factor.InputZeroPoint).Select(value => factor with { InputZeroPoint = value }),
        .. Properties.Towards(0, factor.OutputZeroPoint).Select(value => factor with { OutputZeroPoint = value }),
        .. Properties.Towards(0, factor.Shift).Select(value => factor with { Shift = value }),
        .. Properties.Towards(HalfQ31, factor.Multiplier).Select(value => factor with { Multiplier = value }),
    ];
}
