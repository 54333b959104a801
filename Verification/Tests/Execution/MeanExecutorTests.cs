using TileProof.HwModel.Execution;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Execution;

/// <summary>Mean against the scalar oracle: channels around every step and chunk, batches, planes that only the portable kernel takes.</summary>
public sealed class MeanExecutorTests
{
    // A bank of 1024 bytes holds 48 channels of 20 bytes, one of 2176 bytes 96.
    [Theory]
    [InlineData(1024, 1024, 48)]
    [InlineData(2176, 1024, 48)]
    [InlineData(1024, 62976, 48)]
    [InlineData(2176, 2176, 96)]
    public void Run_EveryChannelCountAroundChunks_EqualsOracle(int dram0Bytes, int dram1Bytes, int chunkChannels)
    {
        for (int channels = 1; channels <= (2 * chunkChannels) + 17; channels++)
        {
            MeanCall call = Calls.Mean(TensorShape.FromNchw(1 + (channels % 2), channels, 2, 2));
            CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
                call, Calls.Inputs(call, channels), OracleComparison.Banks(dram0Bytes, dram1Bytes), OperatorRouting.Published);
            int chunk = Math.Min(chunkChannels, (channels + 15) / 16 * 16);
            Assert.Equal(new CallPlan(OperatorPath.Dma, $"{(channels + chunk - 1) / chunk} chunks of {chunk} channels"), execution);
        }
    }

    // A1: the published kernel leaves the last channels out.
    [Theory]
    [InlineData(17)]
    [InlineData(2049)]
    [InlineData(15)]
    public void Mean_ChannelsNotMultipleOf16_AllComputed(int channels)
    {
        MeanCall call = Calls.Mean(TensorShape.FromNchw(2, channels, 2, 2));
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, channels), OracleComparison.Banks(62976, 62976), OperatorRouting.Published);
        Assert.Equal(OperatorPath.Dma, execution.Path);
    }

    // A2: images of a batch begin at addresses that no vector is aligned to.
    [Fact]
    public void Mean_DirectWithUnalignedImages_EqualsOracle()
    {
        MeanCall call = Calls.Mean(TensorShape.FromNchw(3, 5, 2, 2));
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, 1), OracleComparison.Banks(1024, 1024), OperatorRouting.Direct);
        Assert.Equal(OperatorPath.Direct, execution.Path);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    [InlineData(1, 2)]
    [InlineData(4, 1)]
    [InlineData(2, 3)]
    public void Mean_PlaneNot2x2_TakesThePortableOrder(int height, int width)
    {
        MeanCall call = Calls.Mean(TensorShape.FromNchw(2, 33, height, width));
        CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
            call, Calls.Inputs(call, 6), OracleComparison.Banks(1024, 1024), OperatorRouting.Published);
        Assert.Equal(OperatorPath.Portable, execution.Path);
    }

    // Section 14.7: the vector kernel adds as a tree; in memory order these four sum to 0.
    [Fact]
    public void Mean_2x2_AddsAsATree()
    {
        MeanCall call = Calls.Mean(TensorShape.FromNchw(1, 1, 2, 2));
        Tensor x = Tensor.FromFloat32(call.Input.Shape, [1f, 16777216f, -16777216f, 1f]);
        var engine = new DspEngine(OracleComparison.Banks(1024, 1024));
        Assert.Equal(0.25f, engine.Run(call, [x], ParameterDerivation.L1Norm).Float32[0]);
    }
}
