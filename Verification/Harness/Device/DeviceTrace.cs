using System.Globalization;
using System.Text.Json.Nodes;
using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Conformance;
using TileProof.Verification.Cycles;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Verification.Device;

/// <summary><c>tileproof trace --programs FILE</c>: the timeline of what a user's own program did, with the lines that it comes from.</summary>
internal static class DeviceTrace
{
    /// <summary>Runs the call once with landings at the wait, or reads what was recorded, and writes the trace.</summary>
    /// <exception cref="UserInputException">The program cannot be read, built or run to its end, or is of another layer.</exception>
    public static int Execute(TraceOptions options, NetworkSource source, OperatorCall call, Func<Tensor[]> inputs, TextWriter output)
    {
        DspConfiguration machine = CaseMatrix.ConfigurationFor(options.Bank);
        (string name, RecordedProgram program) = ProgramChoice.IsRecorded(options.ProgramsFile!) ? Read(options.ProgramsFile!, call) : Record(options, call, inputs, machine);
        RecordedTiming timing = RecordedTiming.Of(program, call, options.Bank.Coefficients, options.Mode, recordSpans: true);
        IReadOnlyList<RecordedHazard> hazards = RecordedCheck.Check(program, machine);
        TraceInstant[] instants = InstantsOf(hazards, timing);
        string mode = ChoiceList.NameOf(options.Mode);
        string title = $"{source.Network.Name} {call.Name} ({call.LayerKey}), banks {options.Bank}, {mode}, {name}";
        string file = TraceRun.FileOf(options, source, call);
        AtomicFile.Write(file, stream => ChromeTrace.Write(stream, title, timing.Timeline, OccupancyOf(program, timing, machine), instants));
        if (options.PrintsJson)
        {
            JsonObject result = TraceRun.JsonOf(options, source, call, file, timing.Timeline, instants, name);
            result["unpriced_steps"] = timing.UnpricedSteps;
            result["unpriced_bytes"] = timing.UnpricedBytes;
            JsonTable.Write(output, result);
            return ExitCode.Proven;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{title}: {CycleCount.FromModelled(timing.Timeline.NowCycles)} cycles{options.Bank.Machine.CycleRemarkIn(options.Mode)}, {Counted.Of(timing.Timeline.TransferCount, "transfers")}, {Counted.Of(hazards.Count, "hazards")} at lines{(timing.UnpricedSteps == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; not priced: {timing.UnpricedSteps:N0} steps of the core that touch {timing.UnpricedBytes:N0} bytes{(timing.LacksKernels ? ", kernels among them" : "")}"))}"));
        output.WriteLine($"wrote {file}; open it in ui.perfetto.dev (1 us is 1 cycle)");
        return ExitCode.Proven;
    }

    /// <summary>A recorded program of a file.</summary>
    /// <exception cref="UserInputException">The file cannot be read, or the program is of another layer.</exception>
    private static (string Name, RecordedProgram Program) Read(string path, OperatorCall call)
    {
        RecordedProgram program = RecordedVerification.Read(path);
        return program.Layer == call.LayerKey
            ? (Path.GetFileName(path), program)
            : throw new UserInputException($"{path} was recorded on layer {program.Layer}, and {call.Name} is {call.LayerKey}; name that layer with --layers");
    }

    private static (string Name, RecordedProgram Program) Record(TraceOptions options, OperatorCall call, Func<Tensor[]> inputs, DspConfiguration machine)
    {
        DeviceProgram program = DeviceProgramFile.Read(options.ProgramsFile!);
        if (!program.Entries.ContainsKey(call.Kind))
        {
            throw new UserInputException($"{options.ProgramsFile}: {call.Name} has no entry; it has {string.Join(", ", program.Entries.Keys.Order())}");
        }

        if (call is Conv2dCall convolution && !ConvolutionKernel.Supports(convolution.Shape))
        {
            throw new UserInputException($"{call.Name}: no tiled kernel computes {call.LayerKey}; name another layer");
        }

        using var folder = new DeviceBuildFolder(options.CacheFolder);
        var settings = new VerifyOptions();
        try
        {
            DeviceBuild build = new DeviceBuilder(folder.Path).Build(program, DeviceTable.Of([call], options.Bank, settings), machine);
            using var session = new DeviceSession(build, DeviceCaseRun.CallOf(program, call, inputs(), options.Bank, settings), machine);
            DeviceRun run = session.Run(new DeviceRunSettings { Landing = LandingKind.AtWait });
            return DeviceFaultText.Of(run, program.TimeLimitMilliseconds) is { Length: > 0 } fault
                ? throw new UserInputException($"{(run.FaultOrigin is { } origin ? $"{origin}: " : "")}{fault}; a trace needs a run to the end")
                : (program.Name, ProgramRecorder.Record(run));
        }
        catch (DeviceBuildException exception)
        {
            throw new UserInputException(exception.Message, exception);
        }
    }

    /// <summary>The hazards at the time of the instruction that breaks the rule.</summary>
    public static TraceInstant[] InstantsOf(IReadOnlyList<RecordedHazard> hazards, RecordedTiming timing) =>
        [.. hazards.Select(hazard => new TraceInstant(TimelineTrack.Core, hazard.Hazard.Rule.Name, timing.StartCycles[hazard.Instruction], hazard.ToString()))];

    /// <summary>Bytes of the buffers that the program named.</summary>
    public static List<BankOccupancy> OccupancyOf(RecordedProgram program, RecordedTiming timing, DspConfiguration machine)
    {
        var used = new int[machine.Banks.Count];
        var samples = new List<BankOccupancy> { new(0, BankBytes.Of(used)) };
        var counted = new HashSet<int>();
        foreach (RecordedAllocation allocation in program.Allocations.Where(one => program.Buffers[one.Buffer].IsLocal))
        {
            ProgramBuffer buffer = program.Buffers[allocation.Buffer];
            if (!counted.Add(allocation.Buffer))
            {
                continue;
            }

            used[buffer.Bank] += buffer.LengthBytes;
            double now = allocation.BeforeInstruction < timing.StartCycles.Count ? timing.StartCycles[allocation.BeforeInstruction] : timing.Timeline.NowCycles;
            samples.Add(new BankOccupancy(now, BankBytes.Of(used)));
        }

        return samples;
    }
}
