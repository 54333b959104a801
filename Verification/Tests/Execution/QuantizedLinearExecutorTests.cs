using TileProof.HwModel.Planning;
using TileProof.Operators.Calls;

namespace TileProof.Tests.Execution;

/// <summary>The fully connected layer against the scalar oracle: every input tail, weight tile, segment and path.</summary>
public sealed class QuantizedLinearExecutorTests
{
    [Theory]
    [InlineData(OperatorRouting.Published)]
    [InlineData(OperatorRouting.Direct)]
    [InlineData(OperatorRouting.Dma)]
    public void Run_EveryInputLengthTo66_EqualsOracle(OperatorRouting routing)
    {
        for (int inputs = 1; inputs <= 66; inputs++)
        {
            QuantizedLinearCall call = Calls.Linear(1 + (inputs % 3), inputs, 1 + (inputs % 40), inputs);
            CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
                call, Calls.Inputs(call, inputs), OracleComparison.Banks(1024, 1024), routing);
            OperatorPath undirected = inputs < 16 ? OperatorPath.Portable : OperatorPath.Direct;
            Assert.Equal(routing == OperatorRouting.Dma ? OperatorPath.Dma : undirected, execution.Path);
        }
    }

    [Theory]
    [InlineData(1, 511, OperatorPath.Direct)]
    [InlineData(1, 512, OperatorPath.Dma)]
    [InlineData(2, 512, OperatorPath.Direct)]
    public void Run_PublishedRouting_TakesThePublishedPath(int rows, int inputs, OperatorPath path)
    {
        QuantizedLinearCall call = Calls.Linear(rows, inputs, 10, 4);
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, 5), OracleComparison.Banks(4096, 4096), OperatorRouting.Published);
        Assert.Equal(path, execution.Path);
    }

    // L1, L2: with several weight tiles in one buffer, the last bytes arriving at the wait still give the right sums.
    [Theory]
    [InlineData(62976, 62976, 512, 1000, "9 tiles of 123 rows")]
    [InlineData(62976, 62976, 2048, 1000, "34 tiles of 30 rows")]
    [InlineData(1024, 4096, 1000, 13, "4 tiles of 4 rows")]
    [InlineData(4096, 1024, 1000, 7, "7 tiles of 1 rows")]
    public void Linear_WeightTilesShareOneBuffer_EqualsOracle(int dram0Bytes, int dram1Bytes, int inputs, int outputs, string tiling)
    {
        QuantizedLinearCall call = Calls.Linear(1, inputs, outputs, 12);
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, 2), OracleComparison.Banks(dram0Bytes, dram1Bytes), OperatorRouting.Published);
        Assert.Equal(new CallPlan(OperatorPath.Dma, tiling), execution);
    }

    // L3: the published buffers overrun a bank.
    [Theory]
    [InlineData(1024, 1024, 1025)]
    [InlineData(1024, 2048, 4096)]
    [InlineData(2048, 1024, 5000)]
    [InlineData(2048, 1024, 1023)]
    [InlineData(1088, 1024, 1056)]
    public void Linear_InputLongerThanABank_TakenInSegments(int dram0Bytes, int dram1Bytes, int inputs)
    {
        QuantizedLinearCall call = Calls.Linear(1, inputs, 5, 21);
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, 3), OracleComparison.Banks(dram0Bytes, dram1Bytes), OperatorRouting.Published);
        Assert.Equal(OperatorPath.Dma, execution.Path);
    }

    // L4: aligned loads of the published kernel read the wrong bytes when rows are not a multiple of 32.
    [Theory]
    [InlineData(513)]
    [InlineData(543)]
    [InlineData(577)]
    public void Linear_InputsNotMultipleOf32_EqualsOracle(int inputs)
    {
        QuantizedLinearCall call = Calls.Linear(1, inputs, 9, inputs);
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, 3), OracleComparison.Banks(2048, 2048), OperatorRouting.Published);
        Assert.Equal(OperatorPath.Dma, execution.Path);
    }

    // L5: the kernel's signature narrows zero points to int8.
    [Theory]
    [InlineData(17)]
    [InlineData(-128)]
    [InlineData(200)]
    public void Linear_WeightZeroPoint_EqualsOracle(int weightZeroPoint)
    {
        QuantizedLinearCall call = Calls.Linear(2, 75, 11, 31, weightZeroPoint);
        foreach (OperatorRouting routing in Enum.GetValues<OperatorRouting>())
        {
            OracleComparison.AssertEqualUnderEveryLanding(call, Calls.Inputs(call, 3), OracleComparison.Banks(1024, 1024), routing);
        }
    }

    [Fact]
    public void Linear_SumBeyondInt32_Wraps()
    {
        QuantizedLinearCall call = Calls.Linear(1, 600, 3, 1) with { Bias = [int.MaxValue, int.MinValue, int.MaxValue - 5] };
        OracleComparison.AssertEqualUnderEveryLanding(call, Calls.Inputs(call, 3), OracleComparison.Banks(2048, 2048), OperatorRouting.Published);
    }
}
