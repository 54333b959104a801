using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.HwModel.Programs.Elementwise;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Execution;

namespace TileProof.Tests.Timing;

/// <summary>The prices of programs under assumptions, against figures worked by hand.</summary>
public sealed class AssumedProgramTests
{
    private static readonly Conv2dShape Shape = Conv2dShape.Create(128, 8, 8, 128, 3, 3, 1, 1);
    private static readonly Conv2dTilePlan Tiled = Conv2dTilePlanner.Plan(Shape, DspConfiguration.FromBankBytes(16384, 16384));

    public static TheoryData<WaitPolicy> Policies => [.. Enum.GetValues<WaitPolicy>()];

    [Fact]
    public void Price_AllCoefficientsZero_CountsMultiplySlotsAndFillsOnly()
    {
        ProgramPricer price = Price(Tiled, CostCoefficients.Zero, MachineMode.Turbo, ProgramAssumptions.Measured);
        EventTimeline timeline = price.Timeline;

        // 16 channel tiles x 4 row tiles; 8 channels are 4 pairs over 128 channels, 6 multiplies each.
        Assert.Equal(64 * 4 * 128 * 6, price.MultiplySlots);
        Assert.Equal(price.MultiplySlots, timeline.Split[CycleCategory.Kernel]);
        Assert.Equal(64 * 5120 / 64, timeline.Split[CycleCategory.Fill]);
        Assert.Equal(price.MultiplySlots + 5120, timeline.NowCycles);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Price_TiledLayer_MovesEveryByteOnce(WaitPolicy waits)
    {
        EventTimeline timeline = Play(CostCoefficients.Calibrated, MachineMode.Release, new ProgramAssumptions { Waits = waits });
        long inputRows = 16 * (3 + 4 + 4 + 3);
        long expected = Shape.WeightCount + (4 * 128) + (inputRows * 128 * 8) + (128 * 8 * 8);
        Assert.Equal(expected, timeline.DmaBytes);
        Assert.Equal(1 + 16 + 64 + 64, timeline.TransferCount);
    }

    [Fact]
    public void Price_MoreOverlap_NeverTakesLonger()
    {
        CostCoefficients slowDma = CostCoefficients.Calibrated.With(MachineMode.MemoryModel, MemoryTerm.DmaByte, 3);
        double Cycles(WaitPolicy waits) => Play(slowDma, MachineMode.MemoryModel, new ProgramAssumptions { Waits = waits }).NowCycles;
        double serial = Cycles(WaitPolicy.BothChannelsBeforeKernel);
        double correct = Cycles(WaitPolicy.EveryTransfer);
        double unsafeProgram = Cycles(WaitPolicy.FirstAndLastOnly);
        Assert.True(unsafeProgram <= correct, $"{unsafeProgram} > {correct}");
        Assert.True(correct < serial, $"{correct} >= {serial}");
    }

    [Fact]
    public void Price_SlowDma_StallsAreAttributedAndSplitAddsUp()
    {
        CostCoefficients slow = CostCoefficients.Calibrated.With(MachineMode.Release, MemoryTerm.DmaByte, 20);
        EventTimeline timeline = Play(slow, MachineMode.Release, new ProgramAssumptions { Waits = WaitPolicy.EveryTransfer });
        Assert.True(timeline.Split[CycleCategory.WaitInput] > 0);
        Assert.True(timeline.Split[CycleCategory.WaitCoefficients] > 0);
        Assert.Equal(timeline.NowCycles, Enum.GetValues<CycleCategory>().Sum(category => timeline.Split[category]), 3);
        Assert.True(timeline.NowCycles >= Math.Max(timeline.BusyCycles(0), timeline.BusyCycles(1)));
    }

    [Fact]
    public void Price_Images_RepeatTheTilesButNotTheDriver()
    {
        EventTimeline one = Price(Tiled, CostCoefficients.Calibrated, MachineMode.Turbo, ProgramAssumptions.Measured).Timeline;
        EventTimeline three = Price(Tiled, CostCoefficients.Calibrated, MachineMode.Turbo, ProgramAssumptions.Measured, batch: 3).Timeline;
        Assert.Equal(one.Split[CycleCategory.Prologue], three.Split[CycleCategory.Prologue]);
        Assert.Equal(3 * one.Split[CycleCategory.Kernel], three.Split[CycleCategory.Kernel], 6);
    }

    [Fact]
    public void Price_CacheMode_UsesNoDma()
    {
        ProgramPricer price = Price(CachePlan.Of(Shape), CostCoefficients.Calibrated, MachineMode.MemoryModel, ProgramAssumptions.Measured);
        Assert.Equal(0, price.Timeline.TransferCount);

        // Pitch 64 takes the loop for wide rows: 4 row pairs, 64 channel pairs, 128 channels, 12 multiplies.
        Assert.Equal(4 * 64 * 128 * 12, price.MultiplySlots);
    }

    // Nine rows of nine at stride 2: five output rows read all eleven rows of the padded image; eight rows leave one over, which is filled all the same.
    [Theory]
    [InlineData(9)]
    [InlineData(8)]
    public void Price_CacheModeAtStride2_FillsTheWholePaddedImage(int height)
    {
        var shape = Conv2dShape.Create(6, height, 13, 5, 3, 3, 2, 1);
        EventTimeline timeline = Price(CachePlan.Of(shape), CostCoefficients.Zero, MachineMode.Turbo, ProgramAssumptions.Measured).Timeline;
        Assert.Equal(6 * (height + 2), timeline.Split[CycleCategory.Fill]);
    }

    // 8 channels and 2 rows a tile at 16k: 64 tiles of 4 x 10 x 128 bytes, of which the load of 3, 4, 4 and 3 rows of 8 bytes leaves the rest.
    [Fact]
    public void Price_FillsHaloOnly_FillsWhatTheLoadsLeave()
    {
        EventTimeline timeline = Price(Tiled, CostCoefficients.Zero, MachineMode.Turbo, new ProgramAssumptions { FillsHaloOnly = true }).Timeline;
        Assert.Equal(((16 * 4 * 5120) - (16 * 14 * 8 * 128)) / 64, timeline.Split[CycleCategory.Fill]);
    }

    [Fact]
    public void Price_DoubleBuffersCoefficients_HidesTheirLoads()
    {
        CostCoefficients slow = CostCoefficients.Zero.With(MachineMode.Release, MemoryTerm.DmaByte, 0.5);
        EventTimeline single = Price(Tiled, slow, MachineMode.Release, ProgramAssumptions.Corrected).Timeline;
        EventTimeline pair = Price(Tiled, slow, MachineMode.Release, ProgramAssumptions.Corrected with { DoubleBuffersCoefficients = true }).Timeline;
        Assert.Equal(single.DmaBytes, pair.DmaBytes);
        Assert.True(pair.Split[CycleCategory.WaitCoefficients] < single.Split[CycleCategory.WaitCoefficients] / 2);
    }

    [Theory]
    [InlineData(OperatorKind.QuantizePerTensor, 62976, 12595)]
    [InlineData(OperatorKind.DequantizePerTensor, 62976, 12595)]
    [InlineData(OperatorKind.QuantizedRelu, 62976, 31488)]
    [InlineData(OperatorKind.Add, 62976, 5248)]
    public void ChunkElements_PublishedBank_EqualsThePublishedChunk(OperatorKind kind, int bankBytes, int expected) =>
        Assert.Equal(expected, new ElementwiseLayout(kind).ChunkElements(bankBytes));

    [Fact]
    public void PriceElementwise_LastChunkShort_MovesEveryByteOnce()
    {
        var setting = new CallSetting(DspConfiguration.FromBankBytes(62976, 62976), MachineMode.Release);
        EventTimeline timeline = CyclePredictor.Predict(Calls.Add(TensorShape.FromNchw(1, 5248 + 2, 1, 1)), setting, CostCoefficients.Calibrated)!.Timeline;
        Assert.Equal(12 * (5248 + 2), timeline.DmaBytes);
        Assert.Equal(2 * 3, timeline.TransferCount);
    }

    [Theory]
    [InlineData(3, 16, 2)]
    [InlineData(3, 15, 1)]
    [InlineData(2, 16, 1)]
    public void MaxPoolSteps_WindowAndWidth_FollowTheVectorLength(int window, int outWidth, int stepsPerRow)
    {
        MaxPool2dShape shape = MaxPool2dShape.Create(1, outWidth * 2, outWidth * 2, window, window, 2, window == 3 ? 1 : 0);
        Assert.Equal(outWidth, shape.OutWidth);
        var costs = new KernelCosts(CostCoefficients.Zero.With(CoreTerm.MaxPoolStep, 1), MachineMode.Turbo);
        Assert.Equal(stepsPerRow, costs.MaxPoolCycles(shape, channels: 1, rows: 1));
    }

    private static EventTimeline Play(CostCoefficients coefficients, MachineMode mode, ProgramAssumptions assumptions) =>
        Price(Tiled, coefficients, mode, assumptions).Timeline;

    private static ProgramPricer Price(Conv2dTilePlan plan, CostCoefficients coefficients, MachineMode mode, ProgramAssumptions assumptions, int batch = 1)
    {
        TileProgram program = ProgramLibrary.Assumed(assumptions).Write(
            ConvolutionRequest.ToPrice(plan, batch, hasOutputScales: false, DspConfiguration.FromBankBytes(16384, 16384)));
        return ProgramPricer.Price(OperatorKind.Conv2d, program, new KernelCosts(coefficients, mode), ringDepth: 2);
    }
}
