using System.Text.Json;
using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Cycles;
using TileProof.Verification.Device;
using TileProof.Verification.Options;

namespace TileProof.Tests.Device;

/// <summary>A recorded schedule is priced as a built-in one is, lands when the model says, and shows its lines in a trace.</summary>
public sealed class DeviceTimingTests
{
    private static readonly Lazy<Network> ResNet18 = new(static () => NetworkSource.Load("resnet18", new VerifyOptions()).Network);

    /// <summary>The sample is the built-in program, so that both cost the same, cycle for cycle in every mode.</summary>
    [SkippableTheory]
    [InlineData("16k")]
    [InlineData("16384x8192")]
    public void CorrectedConvolutions_CostWhatThePredictionSays(string banks)
    {
        var bank = BankSetting.Parse(banks);
        int compared = 0;
        foreach ((Conv2dCall call, DeviceSession session) in Sessions(bank))
        {
            using DeviceSession opened = session;
            RecordedProgram program = ProgramRecorder.Record(session.Run(new DeviceRunSettings()));
            foreach (MachineMode mode in Enum.GetValues<MachineMode>())
            {
                EventTimeline predicted = CyclePredictor.Predict(
                    call, new CallSetting(bank.Configuration, mode) { Programs = ProgramLibrary.Assumed(ProgramAssumptions.Corrected) }, CostCoefficients.Calibrated)!.Timeline;
                if (predicted.TransferCount == 0)
                {
                    continue;
                }

                RecordedTiming timing = RecordedTiming.Of(program, call, CostCoefficients.Calibrated, mode);
                Assert.Equal((call.Name, mode, predicted.NowCycles, predicted.DmaBytes), (call.Name, mode, timing.Timeline.NowCycles, timing.Timeline.DmaBytes));
                Assert.Equal((0, 0L, false), (timing.UnpricedSteps, timing.UnpricedBytes, timing.LacksKernels));
                compared++;
            }
        }

        Assert.True(compared > 40);
    }

    /// <summary>Transfers move when the model says: later than their issue and, where the core works long enough, before their wait.</summary>
    [SkippableFact]
    public void Arrivals_LieBetweenIssueAndWait_AndARightProgramDoesNotNotice()
    {
        var bank = BankSetting.Parse("16k");
        (Conv2dCall call, DeviceSession session) = Sessions(bank).First(static one => one.Call.Shape is { InChannels: 64, KernelHeight: 3, Stride: 1 });
        using DeviceSession opened = session;
        DeviceRun plain = session.Run(new DeviceRunSettings());
        RecordedProgram program = ProgramRecorder.Record(plain);
        IReadOnlyList<int> arrivals = DeviceSchedule.ArrivalsOf(program, RecordedTiming.Of(program, call, CostCoefficients.Calibrated, MachineMode.MemoryModel));
        int[] transfers = [.. Enumerable.Range(0, program.Instructions.Length).Where(i => program.Instructions[i].Kind is InstructionKind.Load or InstructionKind.Store)];
        Assert.Equal(transfers.Length, arrivals.Count);
        Assert.All(transfers.Zip(arrivals), pair => Assert.True(pair.Second > program.EventIndexes[pair.First]));
        Assert.Contains(transfers.Zip(arrivals), pair => pair.Second > program.EventIndexes[pair.First] + 1);

        DeviceRun modelled = session.Run(new DeviceRunSettings { Landing = LandingKind.Modelled, Arrivals = arrivals });
        Assert.Equal(plain.OutputAtReturn, modelled.OutputAtReturn);
        Assert.True(modelled.DoesTheSameAs(plain));
    }

    /// <summary>What the core does of its own is counted and takes no time.</summary>
    [SkippableFact]
    public void OwnKernel_IsNotPriced_AndIsCounted()
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        using DeviceSession session = DeviceBench.Open(DeviceBench.Program(folder, ForeignPrograms.All["descriptors"]));
        RecordedProgram program = ProgramRecorder.Record(session.Run(new DeviceRunSettings()));
        RecordedTiming timing = RecordedTiming.Of(program, DeviceBench.Operator(), CostCoefficients.Calibrated, MachineMode.MemoryModel);
        Assert.True(timing.UnpricedSteps > 4 && timing.UnpricedBytes > DeviceBench.Shape.WeightCount);
        Assert.Equal(0, timing.Timeline.Split[CycleCategory.Kernel]);
        Assert.True(timing.Timeline.NowCycles > 0 && timing.Timeline.DmaBytes > DeviceBench.Shape.WeightCount);
    }

    /// <summary>A schedule that waits for each transfer at once is slower than one that overlaps.</summary>
    [SkippableFact]
    public void ScheduleWithoutOverlap_CostsMore()
    {
        DeviceBench.RequireCompiler();
        double overlapped = Cycles(ElsewhereProgram.Files());
        double alone = Cycles(ElsewhereProgram.Files(("if (!last) fetch(c, b.in1, (h + 1) % g->height_tiles);", "if (!last) { fetch(c, b.in1, (h + 1) % g->height_tiles); WAIT_IN(); }")));
        Assert.True(alone > overlapped + 100, $"{alone} and {overlapped}");

        static double Cycles(Dictionary<string, string> files)
        {
            using var folder = new TemporaryFolder();
            using DeviceSession session = DeviceBench.Open(DeviceBench.Program(folder, files));
            return RecordedTiming.Of(ProgramRecorder.Record(session.Run(new DeviceRunSettings())), DeviceBench.Operator(), CostCoefficients.Calibrated, MachineMode.MemoryModel).Timeline.NowCycles;
        }
    }

    [SkippableFact]
    public void Trace_OfTheSample_AndOfItsFile_ShowLines()
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        string kernels = RepositoryPaths.Fixture("programs", "published", "kernels.json");
        var options = new TraceOptions { Layer = "6", Bank = BankSetting.Parse("16k"), Mode = MachineMode.MemoryModel, ProgramsFile = kernels, OutputFile = folder["trace.json"] };
        var said = new StringWriter();
        Assert.Equal(ExitCode.Proven, TraceRun.Execute(options, said));
        Assert.Contains("64_16_16_64_3_3_16_16_1_1_1_1", said.ToString(), StringComparison.Ordinal);
        using JsonDocument trace = JsonDocument.Parse(File.ReadAllText(folder["trace.json"]));
        JsonElement[] events = [.. trace.RootElement.GetProperty("traceEvents").EnumerateArray()];
        Assert.Contains(events, static one => one.GetProperty("tid").GetInt32() == (int)TimelineTrack.Dma1 && At(one).Contains("conv.c:", StringComparison.Ordinal));
        Assert.Contains(events, static one => one.GetProperty("tid").GetInt32() == (int)TimelineTrack.Core && At(one).Contains("conv.c:", StringComparison.Ordinal));
        Assert.Contains(events, static one => one.GetProperty("name").GetString() == "read-before-arrival");

        BankSetting bank = options.Bank;
        Conv2dCall call = ResNet18.Value.Convolutions.First(static one => one.LayerKey == "64_16_16_64_3_3_16_16_1_1_1_1");
        DeviceProgram program = DeviceProgramFile.Read(kernels);
        DeviceBuild build = DeviceBench.Build(program, bank.Configuration, [CaseMatrix.PlanFor(call.Shape, bank)]);
        using var session = new DeviceSession(build, DeviceCaseRun.CallOf(program, call, [Tensor.Create(call.Input.Shape, call.Input.ElementType)], bank, new VerifyOptions()), bank.Configuration);
        File.WriteAllText(folder["one.tileprogram.jsonl"], RecordedProgramFile.Write(ProgramRecorder.Record(session.Run(new DeviceRunSettings()))));
        var again = new StringWriter();
        TraceRun.Execute(options with { ProgramsFile = folder["one.tileprogram.jsonl"], OutputFile = folder["again.json"] }, again);
        Assert.Equal(CyclesOf(said), CyclesOf(again));
        Assert.Contains(
            "was recorded on layer 64_16_16_64_3_3_16_16_1_1_1_1",
            Assert.Throws<UserInputException>(() => TraceRun.Execute(options with { Layer = "conv1", ProgramsFile = folder["one.tileprogram.jsonl"] }, again)).Message,
            StringComparison.Ordinal);

        static string At(JsonElement one) => one.TryGetProperty("args", out JsonElement args) && args.TryGetProperty("at", out JsonElement at) ? at.GetString()! : "";

        static string CyclesOf(StringWriter said) => said.ToString().Split(": ")[1].Split(' ')[0];
    }

    private static IEnumerable<(Conv2dCall Call, DeviceSession Session)> Sessions(BankSetting bank)
    {
        DeviceBench.RequireCompiler();
        Conv2dCall[] calls = [.. ResNet18.Value.Convolutions.DistinctBy(static call => call.LayerKey)];
        DeviceProgram program = DeviceProgramFile.Read(RepositoryPaths.Fixture("programs", "corrected", "kernels.json"));
        DeviceBuild build = DeviceBench.Build(program, bank.Configuration, [.. calls.Select(call => CaseMatrix.PlanFor(call.Shape, bank))]);
        foreach (Conv2dCall call in calls)
        {
            yield return (call, new DeviceSession(build, DeviceCaseRun.CallOf(program, call, [Tensor.Create(call.Input.Shape, call.Input.ElementType)], bank, new VerifyOptions()), bank.Configuration));
        }
    }
}
