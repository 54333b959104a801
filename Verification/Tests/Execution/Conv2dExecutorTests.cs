using TileProof.Golden.Generic;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Execution;

/// <summary>The five tiled convolutions against the scalar oracle, and the portable one against the generic golden (contract, section 14.3).</summary>
public sealed class Conv2dExecutorTests
{
    private const int LargestBank = 62976;

    private static readonly int[] OutWidths = [1, 2, 16, 29, 30, 31, 32, 33, 62, 63, 64];
    private static readonly int[] InChannelCounts = [1, 3, 4, 5, 64, 65];

    /// <summary>Kernel extent, stride and padding of the five kernels.</summary>
    public static TheoryData<int, int, int> Kernels => new() { { 7, 2, 3 }, { 3, 1, 1 }, { 3, 2, 1 }, { 1, 1, 0 }, { 1, 2, 0 } };

    [Theory, MemberData(nameof(Kernels))]
    public void Run_EveryWidthAndChannelCount_EqualsOracle(int kernel, int stride, int padding)
    {
        var coverage = new Coverage();
        int seed = 0;
        foreach (int outWidth in OutWidths)
        {
            foreach (int inChannels in InChannelCounts)
            {
                seed++;
                int outHeight = outWidth > 2 ? 3 + (2 * (seed % 2)) : 1 + (seed % 7);
                Conv2dShape shape = ShapeWithOutput(inChannels, outHeight, outWidth, 1 + (seed % 5), kernel, stride, padding, seed % 2);
                CompareOnBanks(Calls.Conv(shape, seed, batch: 1 + (seed % 3 == 0 ? 1 : 0), perChannel: seed % 4 == 1), seed, coverage);
            }
        }

        coverage.AssertAllSeen();
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Run_EveryChannelPairAndHeight_EqualsOracle(int kernel, int stride, int padding)
    {
        var coverage = new Coverage();
        int seed = 1000;
        foreach (int inChannels in InChannelCounts)
        {
            for (int outChannels = 1; outChannels <= 5; outChannels++)
            {
                foreach (int outHeight in new[] { 1, 2, 5, 8 })
                {
                    seed++;
                    Conv2dShape shape = ShapeWithOutput(inChannels, outHeight, 6, outChannels, kernel, stride, padding, seed % 2);
                    CompareOnBanks(Calls.Conv(shape, seed, batch: 1 + (seed % 2), perChannel: seed % 3 == 1), seed, coverage);
                }
            }
        }

        coverage.AssertAllSeen();
    }

    // C24: the published cache path gives up when the padded image exceeds the scratch buffer.
    [Theory, MemberData(nameof(Kernels))]
    public void Run_ImageExceedsTheScratchBuffer_ComputedInBands(int kernel, int stride, int padding)
    {
        Conv2dShape shape = ShapeWithOutput(5, 9, 20, 4, kernel, stride, padding, 1);
        Conv2dCall call = Calls.Conv(shape, 5, batch: 2);
        int rowBytes = (shape.InWidth + (2 * padding) + 63) / 64 * 64 * shape.InChannels;
        foreach (int inputRows in new[] { kernel, kernel + 1, kernel + (3 * stride), 200 })
        {
            DspConfiguration configuration = OracleComparison.Banks(1024, 1024) with { CacheScratchBytes = rowBytes * inputRows };
            CallPlan execution = OracleComparison.AssertEqualUnderEveryLanding(
                call, Calls.Inputs(call, 3), configuration, OperatorRouting.Direct);
            Assert.Equal(OperatorPath.Direct, execution.Path);
        }

        var tooSmall = new DspEngine(
            OracleComparison.Banks(1024, 1024) with { CacheScratchBytes = (rowBytes * kernel) - 1 }, routing: OperatorRouting.Direct);
        Assert.Throws<HardwareFaultException>(() => tooSmall.Run(call, Calls.Inputs(call, 3), ParameterDerivation.L1Norm));
    }

    // C12: the published dispatch ignores groups, dilation and vertical padding.
    [Theory]
    [InlineData(1, 30, 1, 12, 1, 1, 1, 1)] // 1-D
    [InlineData(1, 31, 1, 7, 5, 3, 1, 1)] // 1-D with stride
    [InlineData(14, 8, 12, 3, 1, 1, 1, 2)] // groups
    [InlineData(9, 8, 3, 3, 5, 1, 1, 6)] // depthwise
    [InlineData(19, 28, 3, 13, 1, 2, 2, 1)] // dilation
    [InlineData(2, 2, 13, 13, 1, 6, 1, 1)] // kernel larger than the image
    [InlineData(5, 7, 1, 1, 6, 1, 1, 1)] // padding as large as the kernel
    public void Run_NoTiledKernel_PortableEqualsGenericGolden(
        int inHeight, int inWidth, int kernelHeight, int kernelWidth, int stride, int padding, int dilation, int groups)
    {
        Conv2dShape shape = Conv2dShape.Create(6, inHeight, inWidth, 12, kernelHeight, kernelWidth, stride, padding, dilation, groups);
        Assert.False(ConvolutionKernel.Supports(shape));
        foreach (bool perChannel in new[] { false, true })
        {
            Conv2dCall call = Calls.Conv(shape, 17, batch: 2, perChannel);
            Tensor[] inputs = Calls.Inputs(call, 18);
            Tensor expected = new GenericEngine().Run(call, inputs, ParameterDerivation.L1Norm);
            CallPlan execution = OracleComparison.AssertEqual(expected, call, inputs, new DspEngine(OracleComparison.Banks(1024, 1024)));
            Assert.Equal(OperatorPath.Portable, execution.Path);
        }
    }

    // C14: with an accumulator shift of 9 or more the 24-bit accumulator can wrap, and wraps as in the oracle.
    [Fact]
    public void Run_AccumulatorBeyond24Bits_WrapsAsTheOracle()
    {
        Conv2dShape shape = Conv2dShape.Create(65, 6, 6, 3, 3, 3, 1, 1);
        Conv2dCall call = Calls.Conv(shape, 1) with { Bias = [8_000_000, -8_300_000, 9_000_000], Weights = [.. Enumerable.Repeat((sbyte)127, shape.WeightCount)] };
        Tensor[] inputs = [Tensor.FromInt8(shape.InputShape(), [.. Enumerable.Repeat((sbyte)127, shape.InputShape().ElementCount)])];
        Requantization requantization = call.Requantize(ParameterDerivation.L1Norm);
        ScalarConv2dResult oracle = ScalarConv2d.Compute(shape, 1, inputs[0].Int8, call.Weights, requantization);
        Assert.True(oracle.Events.AccumulatorWraps > 0);
        OracleComparison.AssertEqualUnderEveryLanding(call, inputs, OracleComparison.Banks(32768, 32768), OperatorRouting.Published);
    }

    /// <summary>The smallest equal banks with a tiled plan under every landing, then larger, unequal and no banks, and both derivations.</summary>
    private static void CompareOnBanks(Conv2dCall call, int seed, Coverage coverage)
    {
        Tensor[] inputs = Calls.Inputs(call, seed);
        int smallest = SmallestTiledBank(call.Shape);
        if (smallest <= LargestBank)
        {
            coverage.Add(OracleComparison.AssertEqualUnderEveryLanding(
                call, inputs, OracleComparison.Banks(smallest, smallest), OperatorRouting.Published, ParameterDerivation.L1Norm));
        }

        ParameterDerivation derivation = seed % 2 == 0 ? ParameterDerivation.L1Norm : ParameterDerivation.WorstCase;
        Tensor expected = new ScalarOracle().Run(call, inputs, derivation);
        foreach ((int dram0, int dram1) in new[] { (LargestBank, LargestBank), (16384, 4096), (4096, LargestBank) })
        {
            var engine = new DspEngine(OracleComparison.Banks(dram0, dram1) with { CacheScratchBytes = 1024 * 1024 }, LandingKind.AtWait);
            coverage.Add(OracleComparison.AssertEqual(expected, call, inputs, engine, derivation));
        }

        var cache = new DspEngine(OracleComparison.Banks(1024, 1024) with { CacheScratchBytes = 256 * 1024 }, routing: OperatorRouting.Direct);
        coverage.Add(OracleComparison.AssertEqual(expected, call, inputs, cache, derivation));
    }

    private static int SmallestTiledBank(Conv2dShape shape)
    {
        int bankBytes = DspConfiguration.MinimumBankBytes;
        while (bankBytes <= LargestBank && Conv2dTilePlanner.TryPlanTiles(shape, BankBytes.Of(bankBytes, bankBytes)) is null)
        {
            bankBytes += 64;
        }

        return bankBytes;
    }

    /// <summary>A shape with this output; <paramref name="slack"/> adds input rows and columns that a stride of 2 leaves unread.</summary>
    private static Conv2dShape ShapeWithOutput(
        int inChannels, int outHeight, int outWidth, int outChannels, int kernel, int stride, int padding, int slack)
    {
        int extra = Math.Min(slack, stride - 1);
        int inHeight = Math.Max(((outHeight - 1) * stride) + kernel - (2 * padding) + extra, 1);
        int inWidth = Math.Max(((outWidth - 1) * stride) + kernel - (2 * padding) + extra, 1);
        return Conv2dShape.Create(inChannels, inHeight, inWidth, outChannels, kernel, kernel, stride, padding);
    }

    /// <summary>What the cases of a test exercised, so that a test that misses a situation fails.</summary>
    private sealed class Coverage
    {
        private int cacheRuns;
        private int tiledRuns;
        private int channelTiledRuns;
        private int rowTiledRuns;
        private int shortLastTileRuns;

        public void Add(CallPlan execution)
        {
            Conv2dTilePlan plan = execution.Convolution!;
            cacheRuns += execution.Path == OperatorPath.Direct ? 1 : 0;
            tiledRuns += execution.Path == OperatorPath.Dma ? 1 : 0;
            channelTiledRuns += plan.ChannelTileCount > 1 ? 1 : 0;
            rowTiledRuns += plan.RowTileCount > 1 ? 1 : 0;
            shortLastTileRuns += plan.RowTileCount > 1 && plan.RowsInTile(plan.RowTileCount - 1) < plan.RowsPerTile ? 1 : 0;
        }

        public void AssertAllSeen()
        {
            Assert.True(cacheRuns > 0, "no run through the cache");
            Assert.True(tiledRuns > 50, $"only {tiledRuns} tiled runs");
            Assert.True(channelTiledRuns > 0, "no run with several channel tiles");
            Assert.True(rowTiledRuns > 0, "no run with several row tiles");
            Assert.True(shortLastTileRuns > 0, "no run with a short last row tile");
        }
    }
}
