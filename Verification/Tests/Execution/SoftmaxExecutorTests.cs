using TileProof.HwModel.Execution;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Execution;

/// <summary>Softmax against the scalar oracle: every row length around the lanes, every placement, special values.</summary>
public sealed class SoftmaxExecutorTests
{
    [Theory]
    [InlineData(OperatorRouting.Published)]
    [InlineData(OperatorRouting.Direct)]
    public void Run_EveryRowLengthTo66_EqualsOracle(OperatorRouting routing)
    {
        for (int columns = 1; columns <= 66; columns++)
        {
            SoftmaxCall call = Calls.Softmax(1 + (columns % 4), columns);
            CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
                call, Calls.Inputs(call, columns), OracleComparison.Banks(1024, 1024), routing);
            Assert.Equal(routing == OperatorRouting.Direct ? OperatorPath.Direct : OperatorPath.Dma, execution.Path);
        }
    }

    // S3 among them: rows of odd lengths lie one after the other at any multiple of four bytes.
    [Theory]
    [InlineData(1024, 1024, 128, "in 0 1, out 0 1")]
    [InlineData(4096, 1024, 129, "in 0 0, out 0 0")]
    [InlineData(1024, 4096, 201, "in 1 1, out 1 1")]
    [InlineData(4096, 1472, 341, "in 0 1, out 0 0")]
    [InlineData(1472, 4096, 341, "in 0 1, out 1 1")]
    [InlineData(1024, 1024, 255, "in 0, out 1")]
    [InlineData(4096, 1024, 511, "in 0, out 0")]
    [InlineData(1024, 4096, 511, "in 1, out 1")]
    public void Run_EveryPlacement_EqualsOracle(int dram0Bytes, int dram1Bytes, int columns, string placement)
    {
        SoftmaxCall call = Calls.Softmax(5, columns);
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, columns), OracleComparison.Banks(dram0Bytes, dram1Bytes), OperatorRouting.Published);
        Assert.Equal(new CallPlan(OperatorPath.Dma, $"5 rows, {placement}"), execution);
    }

    [Fact]
    public void Run_RowFitsNoBanks_ComputedDirectly()
    {
        SoftmaxCall call = Calls.Softmax(2, 300);
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, 8), OracleComparison.Banks(1024, 1024), OperatorRouting.Published);
        Assert.Equal(OperatorPath.Direct, execution.Path);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Softmax_NaNOrInfinityInARow_MakesOnlyThatRowNaN(float special)
    {
        SoftmaxCall call = Calls.Softmax(3, 40);
        for (int column = 0; column < 40; column++)
        {
            Tensor x = Calls.Inputs(call, column)[0];
            x.Float32[40 + column] = special;
            OracleComparison.AssertEqualUnderEveryLanding(call, [x], OracleComparison.Banks(1024, 1024), OperatorRouting.Published);
            float[] y = new DspEngine(OracleComparison.Banks(1024, 1024)).Run(call, [x], ParameterDerivation.L1Norm).Float32.ToArray();
            Assert.DoesNotContain(y[..40].Concat(y[80..]), float.IsNaN);
            Assert.All(y[40..80], static value => Assert.True(float.IsNaN(value)));
        }
    }

    [Fact]
    public void Softmax_WideRange_UnderflowsToZeroAsTheOracleDoes()
    {
        float[] values = [0f, -1e-9f, -87f, -88f, -127.9f, -128f, -1000f, float.MinValue, float.NegativeInfinity, -0.5f];
        SoftmaxCall call = Calls.Softmax(1, values.Length);
        OracleComparison.AssertEqualUnderEveryLanding(
            call, [Tensor.FromFloat32(call.Input.Shape, values)], OracleComparison.Banks(1024, 1024), OperatorRouting.Published);
    }

    [Fact]
    public void TryFind_NothingFits_Null() => Assert.Null(SoftmaxPlacement.TryFind(int.MaxValue, 62976, 62976));
}
