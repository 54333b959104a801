using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Execution;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Tests.Conformance;

/// <summary>A program that is judged without running gives the hazards of a run that is watched, word for word.</summary>
public sealed class CheckedProgramsTests
{
    private static readonly BankSetting Bank = BankSetting.OfBanks(8192, 4096);

    public static TheoryData<string> Libraries => [.. ProgramLibrary.All.Select(static library => library.Name)];

    [Theory, MemberData(nameof(Libraries))]
    public void HazardsOf_EveryCall_EqualThoseOfAWatchedRun(string library)
    {
        var programs = new CheckedPrograms();
        var setting = new ProgramSetting(Bank, ProgramChoice.Parse(library), ConvolutionPlans.Published, ParameterDerivation.L1Norm);
        PreparedPrograms prepared = setting.Prepare();
        int found = 0;
        foreach (OperatorCall call in EveryOperatorNetwork.Create(2).Calls)
        {
            Tensor[] inputs = [.. call.Inputs.Select(static value => Tensor.Create(value.Shape, value.ElementType))];
            var monitor = new HazardMonitor(prepared.Machine);
            SimulatedCall.Run(prepared, call, inputs, new LandAtWait(), observers: [monitor]);
            var arithmetic = new ArithmeticRecorder();
            SimulatedCall.Run(prepared, call, inputs, new LandAtIssue(), observers: [arithmetic]);
            IReadOnlyList<Hazard> judged = programs.HazardsOf(setting, prepared, call, arithmetic, stopped: false);
            Assert.Equal(monitor.Hazards.Select(TextOf), judged.Select(TextOf));
            Assert.Same(judged, programs.HazardsOf(setting, prepared, call, arithmetic, stopped: false));
            found += judged.Count;
        }

        Assert.Equal(library != ProgramLibrary.Corrected.Name, found > 0);
    }

    [Theory, MemberData(nameof(Libraries))]
    public void HazardsOf_WholeNetwork_EqualThoseOfAWatchedRun(string library)
    {
        Network network = EveryOperatorNetwork.Create(2);
        var programs = new CheckedPrograms();
        var setting = new ProgramSetting(Bank, ProgramChoice.Parse(library), ConvolutionPlans.Published, ParameterDerivation.L1Norm);
        PreparedPrograms prepared = setting.Prepare();
        using var run = new DspNetworkRun(prepared);
        var monitor = new HazardMonitor(prepared.Machine);
        var arithmetic = new ArithmeticRecorder();
        run.Run(network, Tensor.Create(network.Input.Shape, ElementType.Float32), static _ => false, new LandAtWait(), observers: [monitor, arithmetic]);
        IReadOnlyList<(Hazard Hazard, OperatorCall Call)> judged = programs.HazardsOf(setting, run, network, arithmetic, stopped: false);
        Assert.Equal(monitor.Hazards.Select(TextOf), judged.Select(static one => TextOf(one.Hazard)));
        Assert.All(judged, static one => Assert.EndsWith(one.Call.LayerKey, one.Hazard.Program, StringComparison.Ordinal));
    }

    // What depends on data is taken from the run: sums beyond 24 bits in the first, a middle and the last output channel, which different tiles compute.
    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(16)]
    public void HazardsOf_SumsBeyondTheirRange_AreThoseOfTheRun(int channel)
    {
        Conv2dShape shape = Conv2dShape.Create(8, 9, 21, 17, 3, 3, 1, 1);
        Conv2dCall call = Calls.Conv(shape, 3, 1);
        int[] bias = new int[shape.OutChannels];
        bias[channel] = 0x7FFFFF;
        call = call with { Bias = bias };
        Tensor image = Tensor.FromInt8(shape.InputShape(), [.. Enumerable.Range(0, shape.InputShape().ElementCount).Select(static i => (sbyte)((i * 37 % 255) - 127))]);
        var programs = new CheckedPrograms();
        var setting = new ProgramSetting(BankSetting.OfBanks(2048, 3072), ProgramLibrary.Corrected, ConvolutionPlans.Published, ParameterDerivation.L1Norm);
        PreparedPrograms prepared = setting.Prepare();
        var monitor = new HazardMonitor(prepared.Machine);
        var arithmetic = new ArithmeticRecorder();
        SimulatedCall.Run(prepared, call, [image], new LandAtWait(), observers: [monitor, arithmetic]);
        Assert.Contains(monitor.Hazards, static hazard => hazard.Rule == HazardRule.AccumulatorOverflow);
        Assert.Equal(monitor.Hazards.Select(TextOf), programs.HazardsOf(setting, prepared, call, arithmetic, stopped: false).Select(TextOf));
        Assert.Empty(programs.HazardsOf(setting, prepared, call, new ArithmeticRecorder(), stopped: false));
    }

    private static string TextOf(Hazard hazard) =>
        string.Join('\n', [$"{hazard.Rule.Name} {hazard.Occurrences} {hazard.FirstByte} {hazard.LastByte} {hazard}", .. hazard.Timeline]);
}
