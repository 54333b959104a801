using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Tests.Timing;

public sealed class ConvolutionProgramTests
{
    private static readonly Conv2dShape Shape = Conv2dShape.Create(128, 8, 8, 128, 3, 3, 1, 1);
    private static readonly Conv2dTilePlan Tiled = Conv2dTilePlanner.Plan(Shape, DspConfiguration.FromBankBytes(16384, 16384));

    public static TheoryData<WaitPolicy> Policies => [.. Enum.GetValues<WaitPolicy>()];

    [Fact]
    public void Play_AllCoefficientsZero_CountsMultiplySlotsAndFillsOnly()
    {
        EventTimeline timeline = Play(CostCoefficients.Zero, MachineMode.Turbo, TimingAssumptions.None);
        ConvolutionTotals totals = ConvolutionTotals.Of(Tiled);

        // 16 channel tiles x 4 row tiles; 8 channels are 4 pairs over 128 channels, 6 multiplies each.
        Assert.Equal(64 * 4 * 128 * 6, totals.MultiplySlots);
        Assert.Equal(totals.MultiplySlots, timeline.Split[CycleCategory.Kernel]);
        Assert.Equal(64 * 5120 / 64, timeline.Split[CycleCategory.Fill]);
        Assert.Equal(totals.MultiplySlots + 5120, timeline.NowCycles);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Play_TiledLayer_MovesEveryByteOnce(WaitPolicy waits)
    {
        EventTimeline timeline = Play(CostCoefficients.Calibrated, MachineMode.Release, TimingAssumptions.None with { Waits = waits });
        long inputRows = 16 * (3 + 4 + 4 + 3);
        long expected = Shape.WeightCount + (4 * 128) + (inputRows * 128 * 8) + (128 * 8 * 8);
        Assert.Equal(expected, timeline.DmaBytes);
        Assert.Equal(1 + 16 + 64 + 64, timeline.TransferCount);
    }

    [Fact]
    public void Play_MoreOverlap_NeverTakesLonger()
    {
        CostCoefficients slowDma = CostCoefficients.Calibrated.With(MachineMode.MemoryModel, MemoryTerm.DmaByte, 3);
        double Cycles(WaitPolicy waits) => Play(slowDma, MachineMode.MemoryModel, new TimingAssumptions { Waits = waits }).NowCycles;
        double serial = Cycles(WaitPolicy.BothChannelsBeforeKernel);
        double correct = Cycles(WaitPolicy.EveryTransfer);
        double unsafeProgram = Cycles(WaitPolicy.FirstAndLastOnly);
        Assert.True(unsafeProgram <= correct, $"{unsafeProgram} > {correct}");
        Assert.True(correct < serial, $"{correct} >= {serial}");
    }

    [Fact]
    public void Play_SlowDma_StallsAreAttributedAndSplitAddsUp()
    {
        CostCoefficients slow = CostCoefficients.Calibrated.With(MachineMode.Release, MemoryTerm.DmaByte, 20);
        EventTimeline timeline = Play(slow, MachineMode.Release, new TimingAssumptions { Waits = WaitPolicy.EveryTransfer });
        Assert.True(timeline.Split[CycleCategory.WaitInput] > 0);
        Assert.True(timeline.Split[CycleCategory.WaitCoefficients] > 0);
        Assert.Equal(timeline.NowCycles, timeline.Split.TotalCycles, 3);
        Assert.True(timeline.NowCycles >= Math.Max(timeline.BusyCycles(0), timeline.BusyCycles(1)));
    }

    [Fact]
    public void Play_Images_RepeatTheTilesButNotTheDriver()
    {
        var costs = new ConvolutionCosts(CostCoefficients.Calibrated, MachineMode.Turbo);
        var one = new EventTimeline(2);
        var three = new EventTimeline(2);
        ConvolutionProgram.Play(Tiled, costs, one);
        ConvolutionProgram.Play(Tiled, costs, three, imageCount: 3);
        Assert.Equal(one.Split[CycleCategory.Prologue], three.Split[CycleCategory.Prologue]);
        Assert.Equal(3 * one.Split[CycleCategory.Kernel], three.Split[CycleCategory.Kernel], 6);
    }

    [Fact]
    public void Play_CacheMode_UsesNoDma()
    {
        var timeline = new EventTimeline(2);
        ConvolutionProgram.Play(Conv2dTilePlanner.PlanCacheMode(Shape), new ConvolutionCosts(CostCoefficients.Calibrated, MachineMode.MemoryModel), timeline);
        Assert.Equal(0, timeline.TransferCount);

        // Pitch 64 takes the loop for wide rows: 4 row pairs, 64 channel pairs, 128 channels, 12 multiplies.
        Assert.Equal(4 * 64 * 128 * 12, ConvolutionTotals.Of(Conv2dTilePlanner.PlanCacheMode(Shape)).MultiplySlots);
    }

    [Theory]
    [InlineData(OperatorKind.QuantizePerTensor, 62976, 12595)]
    [InlineData(OperatorKind.DequantizePerTensor, 62976, 12595)]
    [InlineData(OperatorKind.QuantizedRelu, 62976, 31488)]
    [InlineData(OperatorKind.Add, 62976, 5248)]
    public void ChunkElements_PublishedBank_EqualsThePublishedChunk(OperatorKind kind, int bankBytes, int expected) =>
        Assert.Equal(expected, ElementwiseStructure.ChunkElements(kind, bankBytes));

    [Fact]
    public void PlayElementwise_LastChunkShort_MovesEveryByteOnce()
    {
        var timeline = new EventTimeline(2);
        ElementwiseProgram.Play(OperatorKind.Add, 5248 + 1, 62976, CostCoefficients.Calibrated, MachineMode.Release, timeline);
        Assert.Equal(12 * (5248 + 1), timeline.DmaBytes);
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
        Assert.Equal(stepsPerRow, MaxPoolProgram.StepsOf(shape, channels: 1, rows: 1));
    }

    private static EventTimeline Play(CostCoefficients coefficients, MachineMode mode, TimingAssumptions assumptions)
    {
        var timeline = new EventTimeline(2);
        ConvolutionProgram.Play(Tiled, new ConvolutionCosts(coefficients, mode, assumptions), timeline);
        return timeline;
    }
}
