using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification.Proof;

namespace TileProof.Tests.Proof;

/// <summary>Element-wise arithmetic over all values: every engine gives the same, and an engine that is wrong for one value is found.</summary>
public sealed class ElementwiseProofTests : IDisposable
{
    private readonly OnnxRuntimeGolden onnxRuntime = new();

    /// <summary>Usual constants, and scales and zero points at the ends of their ranges.</summary>
    public static IReadOnlyList<OperatorCall> Right { get; } =
    [
        Calls.Quantize(1, 0.0213f, -7), Calls.Quantize(1, 1f, 127), Calls.Quantize(1, 1e-38f, -128), Calls.Quantize(1, 3e37f, 0), Calls.Quantize(1, 0.1f, -128),
        Calls.Dequantize(1, 0.0213f, -7), Calls.Dequantize(1, 3.1e36f, 127), Calls.Dequantize(1, 1e-45f, -128),
        Calls.Relu(1, -3, 5, 1_505_493_770, -1), Calls.Relu(1, 127, -128, 1 << 30, 1), Calls.Relu(1, -128, 127, 1_073_741_825, 7),
    ];

    [Fact]
    public void Of_RightEngines_NothingDiffers()
    {
        foreach (OperatorCall call in Right)
        {
            var proof = ElementwiseProof.Of(call, onnxRuntime);
            Assert.Null(proof.Difference);
            Assert.Equal(call is QuantizePerTensorCall ? ElementwiseProof.EveryBoundary : ElementwiseProof.EveryLevel, proof.Scope);
            Assert.True(call is QuantizePerTensorCall ? proof.ComparedValues > 5 * proof.ChangePoints : proof.ComparedValues == 256, $"{call.Kind}: {proof}");
        }

        Assert.Equal(255, ElementwiseProof.Of(Right[0], onnxRuntime).ChangePoints);
    }

    /// <summary>
    /// A scale so large that the largest floats are 11 levels from the zero point: every level below begins at the smallest float, for which infinity is
    /// no more than the lowest one, and no float reaches the levels above.
    /// </summary>
    [Theory]
    [InlineData(0, 23)]
    [InlineData(100, 23)]
    [InlineData(127, 12)]
    [InlineData(-128, 11)]
    public void Of_LevelsThatNoFloatReaches_AreNoBoundaries(int zeroPoint, int changes)
    {
        var proof = ElementwiseProof.Of(Calls.Quantize(1, 3e37f, zeroPoint), onnxRuntime);
        Assert.Equal((changes, (6 * changes) + 12L, null), (proof.ChangePoints, proof.ComparedValues, proof.Difference));
    }

    /// <summary>
    /// Every boundary is compared with the three floats below it and the two above. At the smallest float, which is one, there is only infinity below, three
    /// times; at the smallest that is rounded to 0, and at the largest boundary, there are all of them. Not-a-number is there as often as it is special.
    /// </summary>
    [Fact]
    public void Of_Quantize_ComparesTheFloatsBesideEveryBoundary()
    {
        float[] compared = [];
        ElementwiseProof.Of(Calls.Quantize(1, 3e37f, 0), onnxRuntime, new BrokenEngine((inputs, _) => compared = inputs[0].Float32.ToArray()));

        Assert.Equal((4, 2, 1), (compared.Count(float.IsNegativeInfinity), compared.Count(float.IsNaN), compared.Count(float.IsPositiveInfinity)));
        foreach (double level in new[] { -10.5, -0.5, 0.5, 10.5 })
        {
            // Ties go to even: the boundary is the half itself below an even level, and the next float below an odd one.
            float[] beside = [.. compared.Where(value => Math.Abs((value / 3e37) - level) < 1e-5 * Math.Abs(level)).Order()];
            Assert.Equal(6, beside.Length);
            Assert.All(Enumerable.Range(1, 5), i => Assert.Equal(MathF.BitIncrement(beside[i - 1]), beside[i]));
        }

        Assert.Equal(
            [float.MinValue, MathF.BitIncrement(float.MinValue), MathF.BitIncrement(MathF.BitIncrement(float.MinValue))],
            compared.Where(static value => float.IsFinite(value) && value < -3.4e38f).Distinct().Order());
    }

    [Theory]
    [InlineData(LevelOperation.None, 256)]
    [InlineData(LevelOperation.Add, 65536)]
    [InlineData(LevelOperation.Multiply, 65536)]
    public void Of_ArithmeticOfLevels_EveryLevelAndPair(LevelOperation operation, int count)
    {
        OperatorCall call = Execution.Calls.Arithmetic(operation, TensorShape.FromMatrix(1, 1), QuantizationParameters.FromScale(0.094f, 3));
        var proof = ElementwiseProof.Of(call, onnxRuntime);
        Assert.Null(proof.Difference);
        Assert.Equal(count, proof.ComparedValues);
        Assert.Equal(count > 256 ? ElementwiseProof.EveryPair : ElementwiseProof.EveryLevel, proof.Scope);
        foreach (int wrong in new[] { 0, (count / 2) + 1, count - 1 })
        {
            AssertFound(call, "input ", (_, output) => output.Bytes[wrong] ^= 1);
        }
    }

    /// <summary>Every level, and every pair of levels with the second the faster.</summary>
    [Theory]
    [InlineData(LevelOperation.None, 256)]
    [InlineData(LevelOperation.Multiply, 65536)]
    public void Of_ArithmeticOfLevels_ComparesEachOnce(LevelOperation operation, int count)
    {
        int[][] compared = [];
        OperatorCall call = Execution.Calls.Arithmetic(operation, TensorShape.FromMatrix(1, 1), QuantizationParameters.FromScale(0.094f, 3));
        ElementwiseProof.Of(call, onnxRuntime, new BrokenEngine((inputs, _) => compared = [.. inputs.Select(static values => Array.ConvertAll(values.Int8.ToArray(), static level => level + 128))]));

        int[][] expected = count == 256 ? [[.. Enumerable.Range(0, 256)]] : [[.. Enumerable.Range(0, count).Select(static i => i / 256)], [.. Enumerable.Range(0, count).Select(static i => i % 256)]];
        Assert.Equal(expected, compared);
    }

    /// <summary>The lowest level, one in the middle, the highest.</summary>
    [Theory]
    [InlineData(5, -128)]
    [InlineData(5, 127)]
    [InlineData(8, 0)]
    [InlineData(8, 127)]
    public void Of_EngineWrongForOneLevel_IsFound(int index, int level) => AssertFound(Right[index], $"input {level}: scalar oracle ", (input, output) =>
    {
        int at = input.Int8.IndexOf((sbyte)level);
        if (at >= 0)
        {
            output.Bytes[at * output.ElementType.SizeBytes()] ^= 1;
        }
    });

    /// <summary>Two units in the last place from where the level becomes -127, 0 and 127, on both sides, and special numbers.</summary>
    [Theory]
    [InlineData(-127, -3)]
    [InlineData(0, 2)]
    [InlineData(127, 0)]
    [InlineData(127, -1)]
    public void Of_QuantizeWrongBesideABoundary_IsFound(int level, int distance)
    {
        // A scale of 1 and a zero point of 0: ties go to even, so that an odd level begins at the first float above the half.
        float half = level - 0.5f;
        float boundary = level % 2 == 0 ? half : MathF.BitIncrement(half);
        float wrong = boundary;
        for (int i = 0; i < Math.Abs(distance); i++)
        {
            wrong = distance < 0 ? MathF.BitDecrement(wrong) : MathF.BitIncrement(wrong);
        }

        AssertFound(Calls.Quantize(1, 1f, 0), "input ", (input, output) =>
        {
            int at = input.Float32.IndexOf(wrong);
            if (at >= 0)
            {
                output.Int8[at] ^= 1;
            }
        });
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.Epsilon)]
    [InlineData(-float.Epsilon)]
    [InlineData(float.MaxValue)]
    [InlineData(float.MinValue)]
    [InlineData(float.PositiveInfinity)]
    public void Of_QuantizeWrongForASpecialNumber_IsFound(float special) => AssertFound(Right[0], "input ", (input, output) =>
    {
        int bits = BitConverter.SingleToInt32Bits(special);
        for (int i = 0; i < input.Float32.Length; i++)
        {
            output.Int8[i] ^= (sbyte)(BitConverter.SingleToInt32Bits(input.Float32[i]) == bits ? 1 : 0);
        }
    });

    /// <summary>Every 61st block of a million floats, and all of them where slow tests run.</summary>
    [Fact]
    public void OfAllFloats_SomeBlocks_NothingDiffers()
    {
        var proof = ElementwiseProof.OfAllFloats((QuantizePerTensorCall)Right[0], onnxRuntime, stride: 601);
        Assert.Null(proof.Difference);
        Assert.Equal(7L << 20, proof.ComparedValues);
    }

    [SkippableFact]
    public void OfAllFloats_All_NothingDiffers()
    {
        SlowTests.SkipUnlessAsked();
        var proof = ElementwiseProof.OfAllFloats((QuantizePerTensorCall)Right[0], onnxRuntime);
        Assert.Null(proof.Difference);
        Assert.Equal(1L << 32, proof.ComparedValues);
    }

    public void Dispose() => onnxRuntime.Dispose();

    private void AssertFound(OperatorCall call, string start, Action<Tensor, Tensor> breaks)
    {
        string? difference = ElementwiseProof.Of(call, onnxRuntime, new BrokenEngine((inputs, output) => breaks(inputs[0], output))).Difference;
        Assert.StartsWith(start, difference, StringComparison.Ordinal);
        Assert.Contains("broken", difference, StringComparison.Ordinal);
    }

    /// <summary>The oracle with changed outputs.</summary>
    private sealed class BrokenEngine(Action<IReadOnlyList<Tensor>, Tensor> breaks) : IOperatorEngine
    {
        public string Name => "broken";

        public string Description => "";

        public Tensor Run(OperatorCall call, IReadOnlyList<Tensor> inputs, ParameterDerivation derivation)
        {
            Tensor output = new ScalarOracle().Run(call, inputs, derivation);
            breaks(inputs, output);
            return output;
        }
    }
}
