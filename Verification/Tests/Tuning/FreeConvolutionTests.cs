using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Execution;

namespace TileProof.Tests.Tuning;

/// <summary>Free programs against the scalar oracle, with the hazard rules on, and what the cycle model says of them.</summary>
public sealed class FreeConvolutionTests
{
    private const int BankBytes = 32 * 1024;
    private static readonly DspConfiguration Configuration = OracleComparison.Banks(BankBytes, BankBytes);

    public static TheoryData<string> Layers => new()
    {
        "3_20_17_7_7_7_10_9_2_2_3_1", "8_9_11_7_3_3_9_11_1_1_1_1", "9_10_7_5_3_3_5_4_2_2_1_1", "10_6_5_9_1_1_6_5_1_1_0_1", "13_9_8_6_1_1_5_4_2_2_0_1",
    };

    [Theory, MemberData(nameof(Layers))]
    public void Run_EverySchedule_EqualsOracleWithoutHazards(string key)
    {
        Conv2dShape shape = LayerKey.Parse(key);
        int seed = 0;
        foreach (TileSchedule schedule in Schedules(shape.InChannels))
        {
            seed++;
            Conv2dCall call = Calls.Conv(shape, seed, batch: 1 + (seed % 2), perChannel: seed % 3 == 0);
            Tensor[] inputs = Calls.Inputs(call, seed);
            Tensor expected = new ScalarOracle().Run(call, inputs, ParameterDerivation.L1Norm);
            foreach ((int channels, int rows) in new[] { (3, 2), (2, 3), (shape.OutChannels, 1), (1, shape.OutHeight) })
            {
                Conv2dTilePlan plan = PlanOf(shape, channels, rows, schedule);
                LandingKind landing = Enum.GetValues<LandingKind>()[(seed + rows) % 3];
                var monitor = new HazardMonitor(Configuration);
                var engine = new DspEngine(Configuration, landing, seed, observers: monitor) { Plans = new ConvolutionPlans([plan]) };
                CallPlan executed = OracleComparison.AssertEqual(expected, call, inputs, engine);
                Assert.Same(plan, executed.Convolution);
                Assert.DoesNotContain(monitor.Hazards, static hazard => hazard.Rule.Severity == HazardSeverity.Violation);
            }
        }
    }

    // What is priced is what the machine does.
    [Theory, MemberData(nameof(Layers))]
    public void Predict_EverySchedule_HasTheTransfersOfTheRun(string key)
    {
        Conv2dShape shape = LayerKey.Parse(key);
        foreach (bool perChannel in new[] { false, true })
        {
            Conv2dCall call = Calls.Conv(shape, 1, batch: 2, perChannel);
            foreach (TileSchedule schedule in Schedules(shape.InChannels))
            {
                var plans = new ConvolutionPlans([PlanOf(shape, 3, 2, schedule)]);
                var observed = new TransferRecorder();
                new DspEngine(Configuration, observers: observed) { Plans = plans }.Run(call, Calls.Inputs(call, 2), ParameterDerivation.L1Norm);
                var setting = new CallSetting(Configuration, MachineMode.MemoryModel) { Plans = plans };
                EventTimeline predicted = CyclePredictor.Predict(call, setting, CostCoefficients.Calibrated, recordSpans: true)!.Timeline;
                Assert.Equal(observed.Transfers, predicted.Events.Where(static step => step.Bytes > 0).Select(static step => (step.Channel, step.Bytes)));
            }
        }
    }

    // 24-bit sums that wrap: parts of the sum wrap on the way, and the whole is the same.
    [Fact]
    public void Run_PartialSumsBeyond24Bits_WrapAsTheOracle()
    {
        var shape = Conv2dShape.Create(1024, 2, 2, 3, 3, 3, 1, 1);
        Conv2dCall call = Loud(shape);
        Tensor[] inputs = [Tensor.FromInt8(shape.InputShape(), Enumerable.Repeat((sbyte)127, shape.InputShape().ElementCount).ToArray())];
        Assert.True(call.Requantize(ParameterDerivation.L1Norm).AccumulatorShift > 8);
        DspConfiguration banks = OracleComparison.Banks(64 * 1024, 64 * 1024);
        Conv2dTilePlan plan = PlanOf(shape, 2, 2, Schedule(512));
        var monitor = new HazardMonitor(banks);
        OracleComparison.AssertEqual(
            new ScalarOracle().Run(call, inputs, ParameterDerivation.L1Norm),
            call,
            inputs,
            new DspEngine(banks, observers: monitor) { Plans = new ConvolutionPlans([plan]) });
        Assert.Contains(monitor.Hazards, static hazard => hazard.Rule == HazardRule.AccumulatorOverflow);

        DspConfiguration saturating = banks with { AccumulatorOverflow = AccumulatorOverflow.Saturate };
        var refused = Assert.Throws<HardwareFaultException>(
            () => new DspEngine(saturating) { Plans = new ConvolutionPlans([plan]) }.Run(call, inputs, ParameterDerivation.L1Norm));
        Assert.Contains("saturate", refused.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<TileSchedule> Schedules(int inChannels) =>
        from order in Enum.GetValues<LoopOrder>()
        from inputBuffers in new[] { 1, 2 }
        from coefficientBuffers in new[] { 1, 2 }
        from keepsBiases in new[] { true, false }
        from inputChannels in new[] { inChannels, (inChannels + 1) / 2, 4 }
        where inputChannels <= inChannels
        select Schedule(inputChannels) with
        {
            Order = order, InputBufferCount = inputBuffers, CoefficientBufferCount = coefficientBuffers, KeepsAllBiases = keepsBiases,
        };

    private static TileSchedule Schedule(int inputChannels) => new()
    {
        Order = LoopOrder.ChannelsOuter,
        InputBufferCount = 2,
        CoefficientBufferCount = 2,
        InputChannelsPerPass = inputChannels,
        KeepsAllBiases = true,
        SecondCoefficientBank = 1,
        PartialSumBank = 1,
    };

    private static DmaPlan PlanOf(Conv2dShape shape, int channels, int rows, TileSchedule? schedule)
    {
        int channelsPerTile = Math.Min(channels, shape.OutChannels);
        int rowsPerTile = Math.Min(rows, shape.OutHeight);
        var placement = BankPlacement.FromDigits("0101011");
        return schedule is null
            ? new TiledPlan { Shape = shape, ChannelsPerTile = channelsPerTile, RowsPerTile = rowsPerTile, Placement = placement }
            : new FreePlan { Shape = shape, ChannelsPerTile = channelsPerTile, RowsPerTile = rowsPerTile, Placement = placement, Schedule = schedule };
    }

    /// <summary>All weights at their largest, with a scale that keeps the output in range.</summary>
    private static Conv2dCall Loud(Conv2dShape shape)
    {
        Conv2dCall call = Calls.Conv(shape, 3);
        return call with { Weights = [.. Enumerable.Repeat((sbyte)127, shape.WeightCount)] };
    }

    private sealed class TransferRecorder : MachineObserver
    {
        public List<(int Channel, long Bytes)> Transfers { get; } = [];

        public override void TransferIssued(DmaTransfer transfer) => Transfers.Add((transfer.Channel.Index, transfer.Descriptor.Source.TotalBytes));
    }
}
