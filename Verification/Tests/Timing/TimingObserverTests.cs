using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification;
using TileProof.Verification.Options;

namespace TileProof.Tests.Timing;

/// <summary>The prediction without a run is what a run of the corrected programs does, event by event.</summary>
public sealed class TimingObserverTests
{
    private static readonly string[] Banks = ["4k", "16k", "61k", "16384x8192"];

    private static readonly Dictionary<string, Lazy<Network>> Networks = VerifyOptions.DefaultNetworks.ToDictionary(
        static name => name, static name => new Lazy<Network>(() => NetworkSource.Load(name, new VerifyOptions()).Network));

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
    public void Run_EveryLayer_TellsTheTimelineWhatThePredictionTells(string network, string bank) =>
        Assert.True(Compare(Networks[network].Value, BankSetting.Parse(bank)) > 20);

    [Fact]
    public void Run_BatchWithAScalePerChannel_TellsTheTimelineWhatThePredictionTells()
    {
        var options = new VerifyOptions { Batch = 2, PerChannelWeights = true };
        Assert.True(Compare(NetworkSource.Load("resnet18", options).Network, BankSetting.Parse("16k")) > 20);
    }

    [Fact]
    public void Run_PublishedPrograms_WaitForLess()
    {
        DspConfiguration configuration = DspConfiguration.FromBankBytes(16384, 16384);
        Conv2dCall call = Networks["resnet18"].Value.Convolutions.First(static call => call.Shape.ConfigKey.StartsWith("64_16_16_64_3_3", StringComparison.Ordinal));
        EventTimeline corrected = Observe(call, configuration, ProgramLibrary.Corrected);
        EventTimeline published = Observe(call, configuration, ProgramLibrary.Published);
        int Waits(EventTimeline timeline) => timeline.Events.Count(static step => step.What == "wait");
        Assert.True(Waits(published) < Waits(corrected));
        Assert.True(published.NowCycles <= corrected.NowCycles);
    }

    [Fact]
    public void Run_WithoutDma_IsRefused()
    {
        OperatorCall call = Networks["resnet18"].Value.Convolutions.First();
        var engine = new DspEngine(
            DspConfiguration.FromBankBytes(16384, 16384),
            routing: OperatorRouting.Direct,
            observers: new TimingObserver(call, CostCoefficients.Calibrated, MachineMode.Release));
        Assert.Throws<NotSupportedException>(() => engine.Execute(call, Zeros(call), ParameterDerivation.L1Norm));
    }

    /// <summary>Compares every layer that runs with DMA; returns how many.</summary>
    private static int Compare(Network network, BankSetting banks)
    {
        DspConfiguration configuration = DspConfiguration.FromBankBytes(banks.Dram0Bytes, banks.Dram1Bytes);
        int compared = 0;
        foreach (OperatorCall call in network.Calls.DistinctBy(static call => (call.Kind, call.LayerKey)))
        {
            var setting = new CallSetting(configuration, MachineMode.MemoryModel, TimingAssumptions.CorrectedPrograms);
            EventTimeline predicted = CyclePredictor.Predict(call, setting, CostCoefficients.Calibrated, recordSpans: true)!;
            if (predicted.TransferCount == 0)
            {
                Assert.NotEqual(OperatorPath.Dma, new DspEngine(configuration).Execute(call, Zeros(call), ParameterDerivation.L1Norm).Execution.Path);
                continue;
            }

            EventTimeline observed = Observe(call, configuration, ProgramLibrary.Corrected);
            Assert.True(predicted.Events.SequenceEqual(observed.Events), $"{call.Name}: {FirstDifference(predicted.Events, observed.Events)}");
            Assert.Equal(predicted.NowCycles, observed.NowCycles);
            Assert.Equal(predicted.DmaBytes, observed.DmaBytes);
            compared++;
        }

        return compared;
    }

    private static EventTimeline Observe(OperatorCall call, DspConfiguration configuration, ProgramLibrary programs)
    {
        var observer = new TimingObserver(call, CostCoefficients.Calibrated, MachineMode.MemoryModel, recordSpans: true);
        new DspEngine(programs.MachineFor(configuration), LandingKind.AtWait, observers: observer) { Programs = programs }.Execute(call, Zeros(call), ParameterDerivation.L1Norm);
        return observer.Timeline;
    }

    /// <summary>Neither events nor cycles depend on the values.</summary>
    private static Tensor[] Zeros(OperatorCall call) => [.. call.Inputs.Select(static value => Tensor.Create(value.Shape, value.ElementType))];

    private static string FirstDifference(IReadOnlyList<TimelineEvent> predicted, IReadOnlyList<TimelineEvent> observed)
    {
        int index = Enumerable.Range(0, Math.Min(predicted.Count, observed.Count)).FirstOrDefault(i => predicted[i] != observed[i], Math.Min(predicted.Count, observed.Count));
        return $"event {index} of {predicted.Count} and {observed.Count}: {predicted.ElementAtOrDefault(index)} and {observed.ElementAtOrDefault(index)}";
    }
}
