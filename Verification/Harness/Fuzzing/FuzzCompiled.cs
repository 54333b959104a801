using System.Globalization;
using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Device;

namespace TileProof.Verification.Fuzzing;

/// <summary>Runs the calls of fuzz cases in the compiled programs of a campaign and judges what they do; one thread at a time.</summary>
/// <remarks>
/// A program of a library is another writing of the built-in one: it has the same instructions and breaks the same rules, and its bytes are the golden's
/// or, of a published library, those of the built-in program. A program of its own has to be right by itself.
/// </remarks>
/// <param name="programs">The compiled programs.</param>
internal sealed class FuzzCompiled(FuzzPrograms programs) : IDisposable
{
    /// <summary>What a program that breaks one of these computes, and which other rules it breaks, depends on what lies beside its buffers: another thing in every memory.</summary>
    private static readonly HazardRule[] OfNeighbours =
    [
        HazardRule.OverRead, HazardRule.OverWrite, HazardRule.OutsideBuffer, HazardRule.OutsideBank, HazardRule.BankOverflow, HazardRule.BufferOverlap, HazardRule.NeverWritten,
    ];

    /// <summary>A process and its memory for each program, so that none starts anew when another one runs.</summary>
    private readonly DeviceHost[] hosts = [.. programs.Builds.Select(static _ => new DeviceHost())];

    /// <summary>Runs a call in every program that has it, and says what is wrong; null where nothing is.</summary>
    /// <param name="one">The case.</param>
    /// <param name="prepared">The built-in programs.</param>
    /// <param name="call">The call.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="golden">What it has to give.</param>
    /// <param name="reached">Told what ran.</param>
    public FuzzFinding? Judge(FuzzCase one, PreparedPrograms prepared, OperatorCall call, Tensor[] inputs, Tensor golden, FuzzReach reached)
    {
        for (int i = 0; i < hosts.Length; i++)
        {
            (FuzzProgram program, DeviceBuild build) = programs.Builds[i];
            if ((program.Library != FuzzProgram.Own && program.Library != one.Programs.Name) || !build.Program.Entries.ContainsKey(call.Kind) || !Covers(one, prepared, call))
            {
                continue;
            }

            reached.Add(FuzzCoverage.Compiled, FuzzProgram.PointOf(program.Library, call.Kind));
            using DeviceSession session = Open(build, hosts[i], one, prepared, call, inputs);
            string? wrong = program.Library == FuzzProgram.Own ? JudgeOwn(session, one, call, golden) : JudgeSample(session, one, prepared, call, inputs, golden);
            if (wrong is not null)
            {
                return new FuzzFinding(FuzzFindingKind.CompiledProgramDiffers, $"{program.Name}: {wrong}".ReplaceLineEndings(" "));
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(hosts, static host => host.Dispose());

    /// <summary>
    /// Whether programs in C can be given the call: on two banks of the published machine, by the published choice of a path, with an entry of its form.
    /// A convolution has tiles of the published loop or none; the published driver computes one image. What a published program reads behind an input is another
    /// thing where two inputs are one value, which C programs get as two tensors.
    /// </summary>
    private static bool Covers(FuzzCase one, PreparedPrograms prepared, OperatorCall call)
    {
        DspConfiguration machine = one.Machine.Configuration;
        if ((one.Programs.IsPublished && call.Inputs.Distinct().Count() < call.Inputs.Count) || machine.Banks.Count != 2 || machine != DspConfiguration.FromBankBytes(machine.Banks) with { PoisonByte = machine.PoisonByte })
        {
            return false;
        }

        return call switch
        {
            Conv2dCall convolution => ConvolutionKernel.IsPublished(convolution.Shape) && prepared.ProgramOf(call).Plan.Convolution is CachePlan or TiledPlan
                && (!one.Programs.IsPublished || call.Input.Shape.Batch == 1),
            MaxPool2dCall pooling => pooling.Shape.IsUniform && call.Input.ElementType == ElementType.Float32 && (one.Programs.IsPublished || pooling.Shape.Stride == 2),
            _ => one.Routing != OperatorRouting.Dma,
        };
    }

    private static DeviceSession Open(DeviceBuild build, DeviceHost host, FuzzCase one, PreparedPrograms prepared, OperatorCall call, Tensor[] inputs)
    {
        DspConfiguration machine = prepared.Machine;
        bool usesBanks = one.Routing != OperatorRouting.Direct;
        DeviceCall made = call switch
        {
            Conv2dCall convolution => DeviceCall.Convolution(
                prepared.ProgramOf(call).Plan.Convolution!, convolution.Weights, convolution.Requantize(one.Derivation), inputs[0], machine.PoisonByte),
            MaxPool2dCall pooling => DeviceCall.Of(
                call, inputs, machine.PoisonByte, usesBanks ? MaxPoolTilePlanner.PlanAsPublished(pooling.Shape, machine) : MaxPoolTilePlanner.PlanAsPublished(pooling.Shape, 0, 0)),
            _ => DeviceCall.Of(call, inputs, machine.PoisonByte),
        };
        made.TableBanks = usesBanks ? machine.Banks : BankBytes.Of(0, 0);
        return new DeviceSession(build, made, machine, host);
    }

    private static string? JudgeSample(DeviceSession session, FuzzCase one, PreparedPrograms prepared, OperatorCall call, Tensor[] inputs, Tensor golden)
    {
        var monitor = new HazardMonitor(prepared.Machine);
        SimulatedCall.Walk(prepared, call, null, stopped: false, observers: [monitor]);
        DeviceRun run = session.Run(new DeviceRunSettings { Landing = LandingKind.AtIssue });
        bool refuses = monitor.Hazards.Any(static hazard => hazard.Rule == HazardRule.IgnoredStatus);
        if (run.Fault != DeviceFaultKind.None || run.Status != 0 != refuses)
        {
            return FaultOf(session, run) is { } fault ? fault : string.Create(CultureInfo.InvariantCulture, $"it returns {run.Status}; the built-in program {(refuses ? "returns an error" : "runs")}");
        }

        if (refuses)
        {
            return null;
        }

        RecordedProgram recorded = ProgramRecorder.Record(run);
        var comparison = new SampleComparison(call, prepared.ProgramOf(call), prepared.Machine, one.Programs.IsPublished);
        if (comparison.InstructionDifference(recorded) is { } difference)
        {
            return difference;
        }

        if (monitor.Hazards.Any(static hazard => OfNeighbours.Contains(hazard.Rule)))
        {
            return null;
        }

        if (comparison.HazardDifference(recorded, monitor.Hazards) is { } hazards)
        {
            return hazards;
        }

        ReadOnlySpan<byte> expected = one.Programs.IsPublished
            ? SimulatedCall.Run(prepared, call, inputs, new LandAtIssue()).Output.Bytes
            : golden.Bytes;
        return BytesOf(one, call, "landing issue", expected, run.OutputAfterLanding)
            ?? (one.Programs.IsPublished ? null : AtRandom(session, one, call, golden));
    }

    private static string? JudgeOwn(DeviceSession session, FuzzCase one, OperatorCall call, Tensor golden)
    {
        DeviceRun run = session.Run(new DeviceRunSettings { Landing = LandingKind.AtWait });
        if (FaultOf(session, run) is { } fault)
        {
            return fault;
        }

        IReadOnlyList<RecordedHazard> hazards = RecordedCheck.Check(ProgramRecorder.Record(run), session.Machine);
        return hazards.Count > 0
            ? $"{hazards[0].Origin}: {hazards[0].Hazard}"
            : BytesOf(one, call, "landing wait", golden.Bytes, run.OutputAtReturn) ?? AtRandom(session, one, call, golden);
    }

    /// <summary>The bytes that are there when the entry returns.</summary>
    private static string? AtRandom(DeviceSession session, FuzzCase one, OperatorCall call, Tensor golden)
    {
        DeviceRun run = session.Run(new DeviceRunSettings { Landing = LandingKind.Random, Seed = one.LandingSeed });
        return FaultOf(session, run) ?? BytesOf(one, call, "landing random", golden.Bytes, run.OutputAtReturn);
    }

    private static string? FaultOf(DeviceSession session, DeviceRun run) =>
        DeviceFaultText.Of(run, session.Build.Program.TimeLimitMilliseconds) is { Length: > 0 } fault ? $"{run.FaultOrigin}: {fault}" : null;

    private static string? BytesOf(FuzzCase one, OperatorCall call, string name, ReadOnlySpan<byte> expected, byte[] output) =>
        FuzzOracles.Difference(name, expected, SampleComparison.AfterDriver(call, one.Derivation, output));
}
