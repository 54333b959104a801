using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Execution;
using TileProof.Verification;
using TileProof.Verification.Options;

namespace TileProof.Tests.Timing;

/// <summary>What is priced is what the machine does: transfer for transfer and wait for wait.</summary>
public sealed class ProgramPricerTests
{
    private static readonly string[] Banks = ["4k", "16k", "61k", "16384x8192"];

    private static readonly Dictionary<string, Lazy<Network>> Networks = VerifyOptions.DefaultNetworks.ToDictionary(
        static name => name, static name => new Lazy<Network>(() => NetworkSource.Load(name, new VerifyOptions()).Network));

    // Not square, five channels a tile, last tiles uneven.
    private static readonly Conv2dShape Uneven = Conv2dShape.Create(12, 17, 23, 21, 3, 3, 2, 1);

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string network in VerifyOptions.DefaultNetworks)
            {
                foreach (string bank in Banks)
                {
                    cases.Add(network, bank);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Predict_EveryLayer_HasTheTransfersAndWaitsOfTheRun(string network, string bank) =>
        Assert.True(Compare(Networks[network].Value, BankSetting.Parse(bank).Configuration, ProgramLibrary.Corrected) > 20);

    [Theory]
    [InlineData("16k")]
    [InlineData("16384x8192")]
    public void Predict_PublishedPrograms_HasTheTransfersAndWaitsOfTheRun(string bank) =>
        Assert.True(Compare(Networks["resnet18"].Value, BankSetting.Parse(bank).Configuration, ProgramLibrary.Published) > 20);

    [Fact]
    public void Predict_BatchWithAScalePerChannel_HasTheTransfersAndWaitsOfTheRun()
    {
        var options = new VerifyOptions { Batch = 2, PerChannelWeights = true };
        Assert.True(Compare(NetworkSource.Load("resnet18", options).Network, BankSetting.Parse("16k").Configuration, ProgramLibrary.Corrected) > 20);
    }

    [Fact]
    public void Predict_MachineWithFewerMeans_HasTheTransfersAndWaitsOfTheRewrittenProgram()
    {
        DspConfiguration machine = DspConfiguration.FromBankBytes(8192, 16384) with { DmaChannelCount = 1, RingDepth = 1, DescriptorDimensions = 2, HasDataCache = false };
        Assert.True(Compare(Networks["resnet18"].Value, machine, ProgramLibrary.Corrected) > 20);
        Conv2dCall call = Calls.Conv(Uneven, 1);
        EventTimeline asWritten = Predict(call, DspConfiguration.FromBankBytes(8192, 16384), ProgramLibrary.Corrected);
        EventTimeline rewritten = Predict(call, machine, ProgramLibrary.Corrected);
        Assert.Equal(asWritten.DmaBytes, rewritten.DmaBytes);
        Assert.True(rewritten.TransferCount > 2 * asWritten.TransferCount);
        Assert.True(asWritten.Split[CycleCategory.CacheMaintenance] > 0 && rewritten.Split[CycleCategory.CacheMaintenance] == 0);
        Assert.True(asWritten.BusyCycles(1) > 0 && rewritten.BusyCycles(1) == 0);
    }

    // Assumed programs are no writing of their own: with every wait and cache operation they are the corrected ones.
    [Fact]
    public void Predict_EverythingCorrectAssumed_IsThePriceOfTheCorrectedPrograms()
    {
        DspConfiguration machine = DspConfiguration.FromBankBytes(16384, 8192);
        foreach (OperatorCall call in Networks["resnet18"].Value.Calls.DistinctBy(static call => (call.Kind, call.LayerKey)))
        {
            EventTimeline corrected = Predict(call, machine, ProgramLibrary.Corrected);
            EventTimeline assumed = Predict(call, machine, ProgramLibrary.Assumed(ProgramAssumptions.Corrected));
            Assert.Equal(corrected.Events, assumed.Events);
            Assert.Equal(corrected.NowCycles, assumed.NowCycles);
        }
    }

    [Fact]
    public void CostOf_ProgramPricedAsItIsWritten_IsThePriceOfTheList()
    {
        DspConfiguration[] machines =
        [
            DspConfiguration.FromBankBytes(8192, 16384),
            DspConfiguration.FromBankBytes(8192, 16384) with { DmaChannelCount = 1, RingDepth = 3, DescriptorCountLimit = 7 },
        ];
        foreach (DspConfiguration machine in machines)
        {
            Conv2dCall call = Calls.Conv(Uneven, 1, perChannel: true);
            Conv2dTilePlan plan = Conv2dTilePlanner.Plan(Uneven, machine) with { ChannelsPerTile = 5, RowsPerTile = 2 };
            var setting = new CallSetting(machine, MachineMode.MemoryModel) { Plans = new ConvolutionPlans([plan]) };
            EventTimeline listed = CyclePredictor.Predict(call, setting, CostCoefficients.Calibrated)!.Timeline;
            var model = new PlanCostModel(CostCoefficients.Calibrated, MachineMode.MemoryModel, machine);
            PlanCost streamed = model.CostOf(plan, loadsOutputScales: true);
            Assert.Equal((listed.NowCycles, listed.DmaBytes), (streamed.Cycles, streamed.DmaBytes));
            Assert.Equal(listed.TransferCount, model.Count(plan, loadsOutputScales: true).TransferCount);
        }
    }

    [Fact]
    public void Predict_PublishedPrograms_WaitForLess()
    {
        DspConfiguration machine = DspConfiguration.FromBankBytes(16384, 16384);
        Conv2dCall call = Networks["resnet18"].Value.Convolutions.First(static call => call.Shape.ConfigKey.StartsWith("64_16_16_64_3_3", StringComparison.Ordinal));
        EventTimeline corrected = Predict(call, machine, ProgramLibrary.Corrected);
        EventTimeline published = Predict(call, machine, ProgramLibrary.Published);
        int Waits(EventTimeline timeline) => timeline.Events.Count(static step => step.What == "wait");
        Assert.True(Waits(published) < Waits(corrected));
        Assert.True(published.NowCycles <= corrected.NowCycles);
    }

    // A cache line of 128 bytes: 1,400 channels are 175 lines of input and 44 of output; 88 steps of 16 channels.
    [Fact]
    public void Predict_MeanWithoutBanks_WritesBackInputAndOutputAroundTheKernel()
    {
        CostCoefficients costs = CostCoefficients.Zero.With(MachineMode.Release, MemoryTerm.WriteBackLine, 1).With(CoreTerm.DirectCall, 7).With(CoreTerm.MeanVector, 4);
        var setting = new CallSetting(DspConfiguration.FromBankBytes(1024, 1024), MachineMode.Release) { UsesBanks = false };
        EventTimeline timeline = CyclePredictor.Predict(Calls.Mean(TensorShape.FromNchw(1, 1400, 2, 2)), setting, costs)!.Timeline;
        Assert.Equal(175 + 44, timeline.Split[CycleCategory.CacheMaintenance]);
        Assert.Equal(88 * 4, timeline.Split[CycleCategory.Kernel]);
        Assert.Equal(7, timeline.Split[CycleCategory.Control]);
    }

    // 30 outputs of 515 inputs: 17 vectors of 32, one a cycle. Loads that nobody waits for end behind the last output.
    [Fact]
    public void Predict_Linear_WaitsForWeightsInCorrectedProgramsOnly()
    {
        CostCoefficients costs = CostCoefficients.Zero.With(MachineMode.Release, MemoryTerm.DmaLatency, 1000);
        var setting = new CallSetting(DspConfiguration.FromBankBytes(8192, 6144), MachineMode.Release);
        OperatorCall linear = Calls.Linear(1, 515, 30, seed: 5);
        EventTimeline measured = CyclePredictor.Predict(linear, setting, costs)!.Timeline;
        Assert.Equal(30 * 17, measured.Split[CycleCategory.Kernel]);
        Assert.Equal(0, measured.Split.WaitCycles - RingFullWaits(measured));
        EventTimeline corrected = CyclePredictor.Predict(linear, setting with { Programs = ProgramLibrary.Corrected }, costs)!.Timeline;
        Assert.True(corrected.NowCycles > measured.NowCycles);

        // Where more loads are under way than the ring holds, the next one waits in any program.
        double RingFullWaits(EventTimeline timeline) => timeline.TransferCount > setting.Machine.RingDepth ? timeline.Split.WaitCycles : 0;
    }

    // The sub-sampled image of 70 channels has 9 x 7 elements each; the kernel with stride 1 neither gathers nor shuffles on its aligned rows.
    [Fact]
    public void Predict_PointwiseStride2OnTheCachePath_SubsamplesFirst()
    {
        var setting = new CallSetting(DspConfiguration.FromBankBytes(8192, 6144), MachineMode.Release) { UsesBanks = false };
        TermCounts counts = Count(Conv2dShape.Create(70, 18, 14, 20, 1, 1, 2, 0));
        Assert.Equal(70 * (18 + 9), counts[CoreTerm.CopyRow]);
        Assert.Equal(0, counts[CoreTerm.Gather] + counts[CoreTerm.Shuffle]);
        Assert.Equal(counts[CoreTerm.Pack], counts[CoreTerm.PointwisePack]);
        Assert.Equal(9 * 5 * 4, counts[CoreTerm.Pack]);
        Assert.Equal(9 * 5 * 18, counts[CoreTerm.WidePointwiseIteration]);
        TermCounts few = Count(Conv2dShape.Create(64, 18, 14, 20, 1, 1, 2, 0));
        Assert.Equal(0, few[CoreTerm.WidePointwiseIteration] + few[CoreTerm.PointwisePack]);
        Assert.True(few[CoreTerm.Shuffle] > 0);

        TermCounts Count(Conv2dShape shape) => CyclePredictor.Predict(Calls.Conv(shape, 1), setting, CostCoefficients.Calibrated, countTerms: true)!.Timeline.Counts!;
    }

    [Fact]
    public void Predict_PathsThatTheModelDoesNotCover_GivesNothing()
    {
        var setting = new CallSetting(DspConfiguration.FromBankBytes(16384, 16384), MachineMode.Release);
        OperatorCall pool = Calls.MaxPool(MaxPool2dShape.Create(9, 21, 30, 3, 3, 2, 1));
        Assert.NotNull(CyclePredictor.Predict(pool, setting, CostCoefficients.Calibrated));
        Assert.Null(CyclePredictor.Predict(pool, setting with { UsesBanks = false }, CostCoefficients.Calibrated));
        Assert.Null(CyclePredictor.Predict(Calls.Mean(TensorShape.FromNchw(1, 16, 3, 5)), setting, CostCoefficients.Calibrated));
        Assert.Null(CyclePredictor.Predict(Calls.Conv(Conv2dShape.Create(4, 19, 17, 4, 13, 13, 1, 2), 1), setting, CostCoefficients.Calibrated));
    }

    // One padded row of 64 channels takes 4 KiB.
    [Fact]
    public void Predict_ScratchBufferTooSmallForOneRow_GivesNothingButUnderAssumptions()
    {
        DspConfiguration machine = DspConfiguration.FromBankBytes(1024, 1088) with { CacheScratchBytes = 1024 };
        var setting = new CallSetting(machine, MachineMode.Release) { UsesBanks = false, Programs = ProgramLibrary.Corrected };
        Conv2dCall call = Calls.Conv(Conv2dShape.Create(64, 9, 23, 5, 3, 3, 1, 1), 1);
        Assert.Null(CyclePredictor.Predict(call, setting, CostCoefficients.Calibrated));
        Assert.NotNull(CyclePredictor.Predict(call, setting with { Programs = ProgramLibrary.Assumed(ProgramAssumptions.Measured) }, CostCoefficients.Calibrated));
    }

    private static EventTimeline Predict(OperatorCall call, DspConfiguration machine, ProgramLibrary programs) => CyclePredictor.Predict(
        call, new CallSetting(machine, MachineMode.MemoryModel) { Programs = programs }, CostCoefficients.Calibrated, recordSpans: true)!.Timeline;

    /// <summary>Compares every layer that runs with DMA; returns how many.</summary>
    private static int Compare(Network network, DspConfiguration machine, ProgramLibrary library)
    {
        int compared = 0;
        foreach (OperatorCall call in network.Calls.DistinctBy(static call => (call.Kind, call.LayerKey)))
        {
            var observed = new DmaRecorder();
            new DspEngine(library.MachineFor(machine), observers: observed) { Programs = library }.Execute(call, Zeros(call), ParameterDerivation.L1Norm);
            DmaEvent[] priced = [.. Predict(call, machine, library).Events.Where(static step => step.Channel >= 0).Select(static step => new DmaEvent(
                step.Channel, step.Bytes, step.Rows, step.OutstandingCount))];
            Assert.Equal(observed.Events, priced);
            compared += priced.Length > 0 ? 1 : 0;
        }

        return compared;
    }

    /// <summary>Neither events nor cycles depend on the values.</summary>
    private static Tensor[] Zeros(OperatorCall call) => [.. call.Inputs.Select(static value => Tensor.Create(value.Shape, value.ElementType))];

    /// <summary>A transfer, or a wait, which moves no bytes.</summary>
    private readonly record struct DmaEvent(int Channel, long Bytes, long Rows, int OutstandingCount);

    private sealed class DmaRecorder : MachineObserver
    {
        public List<DmaEvent> Events { get; } = [];

        public override void TransferIssued(DmaTransfer transfer) => Events.Add(new DmaEvent(
            transfer.Channel.Index, transfer.Descriptor.Source.TotalBytes, transfer.Descriptor.TotalRows, 0));

        public override void Waited(DmaChannel channel, int outstandingCount) => Events.Add(new DmaEvent(channel.Index, 0, 0, outstandingCount));
    }
}
