using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Execution;

/// <summary>Quantize, dequantize, the rectifier and add against the scalar oracle: every tail, chunk boundary, bank pair and landing.</summary>
public sealed class ElementwiseExecutorTests
{
    private static readonly Dictionary<string, Func<TensorShape, OperatorCall>> Operators = new(StringComparer.Ordinal)
    {
        ["quantize"] = shape => Calls.Quantize(shape),
        ["dequantize"] = shape => Calls.Dequantize(shape),
        ["relu"] = shape => Calls.Relu(shape),
        ["add"] = Calls.Add,
    };

    public static TheoryData<string, OperatorRouting> OperatorsAndRoutings
    {
        get
        {
            var data = new TheoryData<string, OperatorRouting>();
            foreach (string operatorName in Operators.Keys)
            {
                foreach (OperatorRouting routing in Enum.GetValues<OperatorRouting>())
                {
                    data.Add(operatorName, routing);
                }
            }

            return data;
        }
    }

    /// <summary>Operator, DRAM0, DRAM1 and the chunk that both banks hold.</summary>
    public static TheoryData<string, int, int, int> OperatorsAndBanks
    {
        get
        {
            var data = new TheoryData<string, int, int, int>();
            foreach ((int dram0, int dram1) in new[] { (1024, 1024), (1024, 4096), (2112, 1088) })
            {
                int smaller = Math.Min(dram0, dram1);
                data.Add("quantize", dram0, dram1, smaller / 5);
                data.Add("dequantize", dram0, dram1, smaller / 5);
                data.Add("relu", dram0, dram1, smaller / 2);
                data.Add("add", dram0, dram1, smaller / 3 / 128 * 32);
            }

            return data;
        }
    }

    // Below one vector step of 32 elements, whole steps, and every tail.
    [Theory, MemberData(nameof(OperatorsAndRoutings))]
    public void Run_EveryLengthTo66_EqualsOracle(string operatorName, OperatorRouting routing)
    {
        for (int length = 1; length <= 66; length++)
        {
            OperatorCall call = Operators[operatorName](TensorShape.FromMatrix(1, length));
            CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
                call, Calls.Inputs(call, length), OracleComparison.Banks(1024, 1024), routing);
            Assert.Equal(routing == OperatorRouting.Dma, execution.Path == OperatorPath.Dma);
        }
    }

    [Theory, MemberData(nameof(OperatorsAndBanks))]
    public void Run_EveryLengthAroundChunkBoundaries_EqualsOracle(string operatorName, int dram0Bytes, int dram1Bytes, int chunkElements)
    {
        foreach (int chunks in new[] { 1, 2, 5 })
        {
            for (int length = (chunks * chunkElements) - 33; length <= (chunks * chunkElements) + 33; length++)
            {
                OperatorCall call = Operators[operatorName](TensorShape.FromMatrix(1, length));
                CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
                    call, Calls.Inputs(call, length), OracleComparison.Banks(dram0Bytes, dram1Bytes), OperatorRouting.Dma);
                int expectedChunks = (length + chunkElements - 1) / chunkElements;
                Assert.Equal(new CallPlan(OperatorPath.Dma, $"{expectedChunks} chunks of {chunkElements}"), execution);
            }
        }
    }

    [Theory]
    [InlineData("quantize", 12595)]
    [InlineData("dequantize", 12595)]
    [InlineData("relu", 31488)]
    [InlineData("add", 5248)]
    public void Run_PublishedBanks_PublishedChunk(string operatorName, int chunkElements)
    {
        OperatorCall call = Operators[operatorName](TensorShape.FromNchw(1, 64, 32, 32));
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, 3), OracleComparison.Banks(62976, 62976), OperatorRouting.Published);
        Assert.Equal($"{(65536 + chunkElements - 1) / chunkElements} chunks of {chunkElements}", execution.Tiling);
    }

    [Theory]
    [InlineData("quantize", 1023, OperatorPath.Direct)]
    [InlineData("quantize", 1024, OperatorPath.Dma)]
    [InlineData("dequantize", 1023, OperatorPath.Direct)]
    [InlineData("dequantize", 1024, OperatorPath.Dma)]
    [InlineData("relu", 15, OperatorPath.Portable)]
    [InlineData("relu", 16, OperatorPath.Direct)]
    [InlineData("relu", 1024, OperatorPath.Dma)]
    [InlineData("add", 6, OperatorPath.Portable)]
    [InlineData("add", 8, OperatorPath.Direct)]
    [InlineData("add", 1024, OperatorPath.Dma)]
    [InlineData("add", 1025, OperatorPath.Portable)]
    public void Run_PublishedRouting_TakesThePublishedPath(string operatorName, int length, OperatorPath path)
    {
        OperatorCall call = Operators[operatorName](TensorShape.FromMatrix(1, length));
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, length), OracleComparison.Banks(1024, 1024), OperatorRouting.Published);
        Assert.Equal(path, execution.Path);
    }

    // Q1, D2, R2, V3: the published chunk comes from DRAM0 and overruns a smaller DRAM1.
    [Theory]
    [InlineData("quantize")]
    [InlineData("dequantize")]
    [InlineData("relu")]
    [InlineData("add")]
    public void Run_Dram1Smaller_ChunkFitsBothBanks(string operatorName)
    {
        OperatorCall call = Operators[operatorName](TensorShape.FromMatrix(1, 70002));
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, 9), OracleComparison.Banks(62976, 4096), OperatorRouting.Published);
        Assert.Equal(OperatorPath.Dma, execution.Path);
    }

    // Q4, D3, V1: the published tails go wrong below 16 elements, for add at any remainder.
    [Theory]
    [InlineData("quantize", 1024 + 15)]
    [InlineData("dequantize", 1024 + 7)]
    [InlineData("add", 1024 + 10)]
    [InlineData("add", 1024 + 2)]
    public void Run_ShortTail_AllComputedAndNothingBeyond(string operatorName, int length)
    {
        OperatorCall call = Operators[operatorName](TensorShape.FromMatrix(1, length));
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, length), OracleComparison.Banks(62976, 62976), OperatorRouting.Published);
        Assert.Equal(OperatorPath.Dma, execution.Path);
    }

    // D1, Q2: chunks of 12595 elements put the float output at byte 12595 of the bank and the next int8 chunk at an odd address.
    [Theory]
    [InlineData("quantize")]
    [InlineData("dequantize")]
    public void Run_ChunkStartsUnaligned_EqualsOracle(string operatorName)
    {
        OperatorCall call = Operators[operatorName](TensorShape.FromMatrix(1, (3 * 12595) + 1));
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, 4), OracleComparison.Banks(62976, 62976), OperatorRouting.Published);
        Assert.Equal("4 chunks of 12595", execution.Tiling);
    }

    // V5: both inputs of add may be the same tensor.
    [Fact]
    public void Add_SameTensorTwice_Doubles()
    {
        AddCall call = Calls.Add(TensorShape.FromMatrix(1, 3000));
        Tensor x = Calls.Inputs(call, 1)[0];
        OracleComparison.AssertEqualUnderEveryLanding(call, [x, x], OracleComparison.Banks(2048, 2048), OperatorRouting.Published);
    }

    // Section 14.7: exact ties round to even after the zero point was added, so an odd zero point moves them.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-7)]
    public void Quantize_Ties_RoundToEvenAfterTheZeroPoint(int zeroPoint)
    {
        float[] reals = [.. Enumerable.Range(-300, 601).Select(static k => k * 0.25f)];
        QuantizePerTensorCall call = Calls.Quantize(TensorShape.FromMatrix(1, reals.Length), QuantizationParameters.FromScale(0.5f, zeroPoint));
        Tensor x = Tensor.FromFloat32(call.Input.Shape, reals);
        sbyte[] expected = Array.ConvertAll(
            reals, real => (sbyte)Math.Clamp(Math.Round(((double)real * 2) + zeroPoint, MidpointRounding.ToEven), sbyte.MinValue, sbyte.MaxValue));
        foreach (OperatorRouting routing in Enum.GetValues<OperatorRouting>())
        {
            var engine = new DspEngine(OracleComparison.Banks(1024, 1024), routing: routing);
            Assert.Equal(expected, engine.Run(call, [x], ParameterDerivation.L1Norm).Int8.ToArray());
        }
    }

    [Fact]
    public void Quantize_SpecialValues_EqualOracleInEveryLane()
    {
        float[] special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon, -0f];
        for (int lane = 0; lane < 33; lane++)
        {
            float[] reals = SeededValues.Float32(80, 5f, lane);
            special.CopyTo(reals, lane);
            QuantizePerTensorCall call = Calls.Quantize(TensorShape.FromMatrix(1, reals.Length));
            Tensor[] x = [Tensor.FromFloat32(call.Input.Shape, reals)];
            OracleComparison.AssertEqualUnderEveryLanding(call, x, OracleComparison.Banks(1024, 1024), OperatorRouting.Dma);
        }
    }

    [Theory]
    [InlineData(-128, -128)]
    [InlineData(127, 127)]
    [InlineData(0, 3)]
    public void Relu_EveryLevelAndScale_EqualsOracle(int inputZeroPoint, int outputZeroPoint)
    {
        sbyte[] levels = [.. Enumerable.Range(-128, 256).Select(static level => (sbyte)level)];
        foreach (float outputScale in new[] { 0.01f, 0.02f, 0.04f, 0.333f, 100f, 1e-4f })
        {
            QuantizedReluCall call = Calls.Relu(
                TensorShape.FromMatrix(1, levels.Length),
                QuantizationParameters.FromScale(0.02f, inputZeroPoint),
                QuantizationParameters.FromScale(outputScale, outputZeroPoint));
            OracleComparison.AssertEqualUnderEveryLanding(
                call, [Tensor.FromInt8(call.Input.Shape, levels)], OracleComparison.Banks(1024, 1024), OperatorRouting.Dma);
        }
    }

    [Fact]
    public void Dequantize_EveryLevelAndZeroPoint_EqualsOracle()
    {
        sbyte[] levels = [.. Enumerable.Range(-128, 256).Select(static level => (sbyte)level)];
        for (int zeroPoint = sbyte.MinValue; zeroPoint <= sbyte.MaxValue; zeroPoint += 15)
        {
            DequantizePerTensorCall call = Calls.Dequantize(TensorShape.FromMatrix(1, levels.Length), QuantizationParameters.FromScale(0.1f, zeroPoint));
            Tensor[] x = [Tensor.FromInt8(call.Input.Shape, levels)];
            Tensor expected = new ScalarOracle().Run(call, x, ParameterDerivation.L1Norm);
            OracleComparison.AssertEqual(expected, call, x, new DspEngine(OracleComparison.Banks(1024, 1024), LandingKind.AtWait, routing: OperatorRouting.Dma));
        }
    }
}
