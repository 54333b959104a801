using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification.Conformance;
using TileProof.Verification.Device;
using TileProof.Verification.Export;
using TileProof.Verification.Options;

namespace TileProof.Tests.Device;

/// <summary>The sample programs of a library at a bank setting, beside the built-in ones.</summary>
internal sealed class SampleCase
{
    private static readonly DeviceBuilder Builder = new(Path.Combine(Path.GetTempPath(), "tileproof-tests-device"));

    private readonly BankSetting bank;
    private readonly PreparedPrograms builtIn;
    private readonly DeviceBuild build;

    /// <summary>Compiles the samples with a layer table for some calls.</summary>
    public SampleCase(string library, BankSetting bank, IEnumerable<OperatorCall> calls)
        : this(DeviceProgramFile.Read(RepositoryPaths.Fixture("programs", library, "kernels.json")), ProgramChoice.Parse(library), bank, calls)
    {
    }

    /// <summary>Compiles a program that stands beside a library.</summary>
    public SampleCase(DeviceProgram program, ProgramLibrary programs, BankSetting bank, IEnumerable<OperatorCall> calls)
    {
        DeviceBench.RequireCompiler();
        this.bank = bank;
        OperatorCall[] all = [.. calls];
        builtIn = new PreparedPrograms(
            CaseMatrix.ConfigurationFor(bank, programs), ParameterDerivation.L1Norm, CaseMatrix.RoutingFor(bank), programs);
        string table = LayerConfigHeader.Write(
            bank.TableBanks,
            [.. all.OfType<Conv2dCall>().Select(static call => call.Shape).Distinct().Select(shape => CaseMatrix.PlanFor(shape, bank))],
            [.. all.OfType<MaxPool2dCall>().Select(static call => call.Shape).Distinct().Select(bank.PublishedPoolingOf)]);
        build = Builder.Build(program, table, Machine);
    }

    public DspConfiguration Machine => builtIn.Machine;

    private bool IsPublished => builtIn.Library.IsPublished;

    /// <summary>Asserts that the sample of a call gives the instructions, the bytes and the hazards of the built-in program.</summary>
    /// <returns>How many instructions were compared.</returns>
    public int AssertEqual(OperatorCall call, int seed)
    {
        Tensor[] inputs = Execution.Calls.Inputs(call, seed);
        using DeviceSession session = Open(call, inputs);
        DeviceRun run = session.Run(new DeviceRunSettings { Landing = LandingKind.AtIssue });
        string name = $"{call.Name} {call.LayerKey} at {bank}";
        Assert.Equal((name, DeviceFaultKind.None, 0), (name, run.Fault, run.Status));
        RecordedProgram recorded = ProgramRecorder.Record(run);
        TileProgram program = builtIn.ProgramOf(call);

        var comparison = new SampleComparison(call, program, Machine, IsPublished);
        IReadOnlyList<string> expected = comparison.Expected;
        Assert.True(comparison.InstructionDifference(recorded) is null, $"{name}: {comparison.InstructionDifference(recorded)}");
        IReadOnlyList<string> read = comparison.TextOf(RecordedProgramFile.Read(RecordedProgramFile.Write(recorded)));
        Assert.True(SampleComparison.Difference(expected, read) is null, $"{name}, from its file: {SampleComparison.Difference(expected, read)}");

        byte[] bytes = SimulatedCall.Run(builtIn, call, inputs, new LandAtIssue()).Output.Bytes.ToArray();
        Assert.True(bytes.AsSpan().SequenceEqual(SampleComparison.AfterDriver(call, ParameterDerivation.L1Norm, run.OutputAfterLanding)), $"{name}: the bytes differ");
        var monitor = new HazardMonitor(Machine);
        SimulatedCall.Walk(builtIn, call, null, stopped: false, observers: [monitor]);
        string? hazards = comparison.HazardDifference(recorded, monitor.Hazards);
        Assert.True(hazards is null, $"{name}: {hazards}");
        return expected.Count;
    }

    /// <summary>Asserts that a call breaks no rule and gives the golden's bytes under so many random schedules, at the return already.</summary>
    public void AssertSound(OperatorCall call, int scheduleCount, int seed)
    {
        Tensor[] inputs = Execution.Calls.Inputs(call, seed);
        byte[] expected = SimulatedCall.Run(builtIn, call, inputs, new LandAtIssue()).Output.Bytes.ToArray();
        using DeviceSession session = Open(call, inputs);
        for (int schedule = 0; schedule < scheduleCount; schedule++)
        {
            DeviceRun run = session.Run(new DeviceRunSettings { Landing = schedule == 0 ? LandingKind.AtWait : LandingKind.Random, Seed = schedule });
            Assert.Equal((call.LayerKey, DeviceFaultKind.None, 0), (call.LayerKey, run.Fault, run.Status));
            Assert.True(expected.AsSpan().SequenceEqual(SampleComparison.AfterDriver(call, ParameterDerivation.L1Norm, run.OutputAtReturn)), $"{call.Name} {call.LayerKey} at {bank}, schedule {schedule}: the bytes differ");
            if (schedule < 2)
            {
                Assert.Empty(RecordedCheck.Check(ProgramRecorder.Record(run), Machine));
            }
        }
    }

    public DeviceSession Open(OperatorCall call, Tensor[] inputs) => new(
        build,
        call is Conv2dCall convolution
            ? DeviceCall.Convolution(CaseMatrix.PlanFor(convolution.Shape, bank), convolution.Weights, convolution.Requantize(ParameterDerivation.L1Norm), inputs[0], Machine.PoisonByte)
            : DeviceCall.Of(call, inputs, Machine.PoisonByte),
        Machine);
}
