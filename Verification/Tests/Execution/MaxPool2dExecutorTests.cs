using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Execution;

/// <summary>Max pooling against the scalar oracle: windows, odd sizes, tiles of every shape, the cache path and special values.</summary>
public sealed class MaxPool2dExecutorTests
{
    /// <summary>Window rows and columns, stride, padding.</summary>
    public static TheoryData<int, int, int, int> Windows => new()
    {
        { 3, 3, 2, 1 }, { 2, 2, 2, 0 }, { 1, 1, 2, 0 }, { 3, 2, 2, 1 }, { 5, 4, 2, 2 }, { 7, 7, 2, 3 }, { 3, 3, 1, 1 }, { 3, 3, 3, 0 },
    };

    [Theory, MemberData(nameof(Windows))]
    public void Run_EverySizeAndBank_EqualsOracle(int kernelHeight, int kernelWidth, int stride, int padding)
    {
        var paths = new HashSet<OperatorPath>();
        int tiled = 0;
        foreach (int extent in new[] { 7, 8, 15, 16, 17, 33 })
        {
            foreach (int channels in new[] { 1, 3, 5, 17 })
            {
                MaxPool2dCall call = Calls.MaxPool(
                    MaxPool2dShape.Create(channels, extent, extent + 1, kernelHeight, kernelWidth, stride, padding), 1 + (channels % 2));
                Tensor[] inputs = Calls.Inputs(call, extent);
                foreach ((int dram0, int dram1) in new[] { (1024, 1024), (4096, 1472), (8192, 62976), (62976, 62976) })
                {
                    CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
                        call, inputs, OracleComparison.Banks(dram0, dram1), OperatorRouting.Published);
                    paths.Add(execution.Path);
                    tiled += execution.MaxPool is { ChannelTileCount: > 1, RowTileCount: > 1 } ? 1 : 0;
                }

                OracleComparison.AssertEqualUnderEveryLanding(call, inputs, OracleComparison.Banks(1024, 1024), OperatorRouting.Direct);
            }
        }

        Assert.Contains(OperatorPath.Dma, paths);
        Assert.True(tiled > 0);
    }

    // M6: the published sizes add up exactly to the bank, and the allocator's rounding overflows it.
    [Fact]
    public void MaxPool_PublishedPlanOverflowsByRounding_SmallerTileRuns()
    {
        MaxPool2dShape shape = MaxPool2dShape.Create(9, 9, 9, 3, 3, 2, 1);
        DspConfiguration configuration = FirstBankWhereRoundingOverflows(shape);
        MaxPoolTilePlan published = MaxPoolTilePlanner.PlanAsPublished(shape, configuration.Banks[0], configuration.Banks[1]);
        Assert.True(published.InputBufferBytes + published.OutputBufferBytes <= configuration.Banks[0]);
        MaxPool2dCall call = Calls.MaxPool(shape, 2);
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, 6), configuration, OperatorRouting.Published);
        Assert.Equal(OperatorPath.Dma, execution.Path);
        Assert.NotEqual(published, execution.MaxPool);
    }

    // M7: the published plan keeps the whole tensor as one tile when nothing fits.
    [Fact]
    public void MaxPool_NoTileFits_ComputedThroughTheCache()
    {
        MaxPool2dShape shape = MaxPool2dShape.Create(3, 40, 90, 3, 3, 2, 1);
        Assert.Equal(3, MaxPoolTilePlanner.PlanAsPublished(shape, 1024, 62976).ChannelsPerTile);
        MaxPool2dCall call = Calls.MaxPool(shape);
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, 6), OracleComparison.Banks(1024, 62976), OperatorRouting.Published);
        Assert.Equal(OperatorPath.Direct, execution.Path);
    }

    // C24: the published cache path gives up when the padded tensor exceeds the scratch buffer.
    [Theory]
    [InlineData(512 * 1024)]
    [InlineData(20 * 1024)]
    [InlineData(3 * 4 * 66)]
    public void MaxPool_TensorExceedsTheScratchBuffer_ComputedInBands(int scratchBytes)
    {
        MaxPool2dCall call = Calls.MaxPool(MaxPool2dShape.Create(5, 63, 64, 3, 3, 2, 1), 2);
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, 6), OracleComparison.Banks(1024, 1024) with { CacheScratchBytes = scratchBytes }, OperatorRouting.Direct);
        Assert.Equal(OperatorPath.Direct, execution.Path);
    }

    [Fact]
    public void MaxPool_ScratchHoldsNoRow_FaultNamesTheSizes()
    {
        MaxPool2dCall call = Calls.MaxPool(MaxPool2dShape.Create(1, 63, 64, 3, 3, 2, 1));
        var engine = new DspEngine(OracleComparison.Banks(1024, 1024) with { CacheScratchBytes = (3 * 4 * 66) - 1 }, routing: OperatorRouting.Direct);
        HardwareFaultException fault = Assert.Throws<HardwareFaultException>(
            () => engine.Run(call, Calls.Inputs(call, 1), ParameterDerivation.L1Norm));
        Assert.Contains("one output row takes 792 bytes", fault.Message, StringComparison.Ordinal);
    }

    // Section 14.7.
    [Fact]
    public void MaxPool_WindowOfNegativeInfinity_GivesTheLowestFiniteNumber()
    {
        MaxPool2dCall call = Calls.MaxPool(MaxPool2dShape.Create(1, 4, 4, 2, 2, 2, 0));
        float[] x = SeededValues.Float32(16, 4f, 3);
        x[0] = x[1] = x[4] = x[5] = float.NegativeInfinity;
        var engine = new DspEngine(OracleComparison.Banks(1024, 1024));
        Assert.Equal(float.MinValue, engine.Run(call, [Tensor.FromFloat32(call.Input.Shape, x)], ParameterDerivation.L1Norm).Float32[0]);
    }

    [Fact]
    public void MaxPool_SpecialValues_EqualOracleInEveryColumn()
    {
        MaxPool2dCall call = Calls.MaxPool(MaxPool2dShape.Create(1, 9, 40, 3, 3, 2, 1));
        for (int column = 0; column < 36; column++)
        {
            Tensor x = Calls.Inputs(call, column)[0];
            float[] special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f];
            special.CopyTo(x.Float32[(120 + column)..]);
            x.Float32.Slice(200, 40).Fill(column % 2 == 0 ? float.NaN : -0f);
            OracleComparison.AssertEqualUnderEveryLanding(call, [x], OracleComparison.Banks(1024, 1024), OperatorRouting.Published);
        }
    }

    private static DspConfiguration FirstBankWhereRoundingOverflows(MaxPool2dShape shape)
    {
        for (int bankBytes = 1024; bankBytes < 16384; bankBytes += 64)
        {
            if (!MaxPoolTilePlanner.PlanAsPublished(shape, bankBytes, bankBytes).FitsBanks(bankBytes, 64))
            {
                return OracleComparison.Banks(bankBytes, bankBytes);
            }
        }

        throw new InvalidOperationException("No bank size shows the overflow.");
    }
}
