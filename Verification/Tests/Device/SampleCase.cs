using System.Collections.Immutable;
using System.Globalization;
using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
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

    private const string PartOverflow = "part of a bank:";

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

        // Max pooling fills the next tile under its own number, which samples say by markers.
        bool tellsMarkers = call is Conv2dCall && program.Plan.Path == OperatorPath.Dma;
        IReadOnlyList<string> expected = InstructionText.Of(program, Machine, tellsMarkers);
        IReadOnlyList<string> actual = InstructionText.Of(recorded, tellsMarkers);
        Assert.True(expected.SequenceEqual(actual), $"{name}: {FirstDifference(expected, actual)}");
        IReadOnlyList<string> read = InstructionText.Of(RecordedProgramFile.Read(RecordedProgramFile.Write(recorded)), tellsMarkers);
        Assert.True(actual.SequenceEqual(read), $"{name}, from its file: {FirstDifference(actual, read)}");

        byte[] bytes = SimulatedCall.Run(builtIn, call, inputs, new LandAtIssue()).Output.Bytes.ToArray();
        Assert.True(bytes.AsSpan().SequenceEqual(AfterDriver(call, run.OutputAfterLanding)), $"{name}: the bytes differ");
        string[] expectedHazards = BuiltInHazards(call);
        string[] hazards = [.. Hazards(recorded, call).Where(hazard => !hazard.StartsWith(PartOverflow, StringComparison.Ordinal) || expectedHazards.Contains(hazard))];
        Assert.True(
            expectedHazards.SequenceEqual(hazards),
            $"{name}: only the built-in program: {string.Join("; ", expectedHazards.Except(hazards))}\nonly the sample: {string.Join("; ", hazards.Except(expectedHazards))}");
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
            Assert.True(expected.AsSpan().SequenceEqual(AfterDriver(call, run.OutputAtReturn)), $"{call.Name} {call.LayerKey} at {bank}, schedule {schedule}: the bytes differ");
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

    private static byte[] AfterDriver(OperatorCall call, byte[] output)
    {
        if (call is not Conv2dCall convolution || convolution.Requantize(ParameterDerivation.L1Norm) is not { HasPostCorrection: true } host)
        {
            return output;
        }

        int plane = convolution.Shape.OutHeight * convolution.Shape.OutWidth;
        return [.. output.Select((value, i) => unchecked((byte)(sbyte)Math.Clamp((sbyte)value + host.PostCorrectionOf(i / plane % convolution.Shape.OutChannels), sbyte.MinValue, sbyte.MaxValue)))];
    }

    private static string FirstDifference(IReadOnlyList<string> expected, IReadOnlyList<string> actual)
    {
        int index = expected.Zip(actual).TakeWhile(static pair => pair.First == pair.Second).Count();
        return string.Create(CultureInfo.InvariantCulture, $"{expected.Count} built-in instructions and {actual.Count} of the sample; number {index} differs:\n{At(expected)}\n{At(actual)}");

        string At(IReadOnlyList<string> lines) => index < lines.Count ? lines[index] : "none";
    }

    private string[] BuiltInHazards(OperatorCall call)
    {
        var monitor = new HazardMonitor(Machine);
        SimulatedCall.Walk(builtIn, call, null, stopped: false, monitor);
        return Places(monitor.Hazards, call);
    }

    /// <summary>The hazards of the recorded program under the built-in driver: one key for all lines, no cache operation that the modelled driver does not do, and tiles by what was computed.</summary>
    private string[] Hazards(RecordedProgram recorded, OperatorCall call)
    {
        bool hasDriver = call is Conv2dCall or MaxPool2dCall;
        int begin = recorded.Instructions.ToList().FindIndex(static one => one.Kind == InstructionKind.Begin);
        int end = recorded.Instructions.ToList().FindLastIndex(static one => one.Kind == InstructionKind.End);
        int[] kept =
        [
            .. Enumerable.Range(0, recorded.Instructions.Length).Where(index => recorded.Instructions[index].Kind != InstructionKind.Tile).Where(index => (index >= begin && index <= end)
                || (hasDriver && !(IsPublished && index < begin && recorded.Instructions[index].Kind == InstructionKind.Invalidate))),
        ];

        var judged = new RecordedProgram(
            recorded.Layer,
            BuiltInPlaces(recorded.Buffers, call.Inputs.Count),
            [.. kept.Select(index => recorded.Instructions[index])],
            recorded.Regions,
            [.. kept.Select(static _ => (SourceOrigin?)null)],
            [.. kept.Select(static _ => 0u)])
        {
            RingDepth = recorded.RingDepth,
            Allocations = [.. recorded.Allocations.Select(one => new RecordedAllocation(kept.Count(index => index < one.BeforeInstruction), one.Buffer, null))],
        };
        return Places([.. RecordedCheck.Check(judged, Machine).Select(static one => one.Hazard)], call);
    }

    /// <summary>Tensors one behind the other, the output before the constants: what is read past one of them is the same as on the built-in machine.</summary>
    private static ImmutableArray<ProgramBuffer> BuiltInPlaces(ImmutableArray<ProgramBuffer> buffers, int inputCount)
    {
        ProgramBuffer[] placed = [.. buffers];
        int output = Array.FindLastIndex(placed, static buffer => !buffer.IsLocal && buffer.Role == BufferRole.Output);
        int next = 0;
        foreach (int index in (int[])[.. Enumerable.Range(0, inputCount), output, .. Enumerable.Range(inputCount, placed.Length - inputCount).Where(index => index != output && !placed[index].IsLocal)])
        {
            placed[index] = placed[index] with { OffsetBytes = next };
            next += SystemMemory.RoundUpToLine(placed[index].LengthBytes);
        }

        return [.. placed];
    }

    /// <summary>What is broken, where, how often and at which tile; names of tensors and of parts of banks are the writer's own.</summary>
    /// <remarks>Built-in element-wise programs, means and softmax hand out banks or halves of them and divide these; samples name the parts.</remarks>
    private static string[] Places(IReadOnlyList<Hazard> hazards, OperatorCall call) =>
        [.. hazards.Select(hazard => call is not (Conv2dCall or MaxPool2dCall or QuantizedLinearCall) && (hazard.Rule == HazardRule.BankOverflow || hazard.Rule == HazardRule.BufferOverlap)
            ? $"{PartOverflow} {hazard.Rule.Name} {hazard.Memory}"
            : $"{hazard.Rule.Name} {hazard.Memory} {hazard.FirstByte}..{hazard.LastByte} tile {hazard.Tile}, {hazard.Occurrences} times").Distinct().Order(StringComparer.Ordinal)];
}
