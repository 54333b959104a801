using System.Globalization;
using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Verification.Device;

/// <summary>Runs one call at one bank setting with a built device program: under every landing policy, recorded, judged and compared.</summary>
internal static class DeviceCaseRun
{
    /// <summary>Runs the case. A program that does not even start, or a layer that the simulated memory has no room for, is a fault of the case.</summary>
    /// <param name="build">The program.</param>
    /// <param name="golden">The call and its golden.</param>
    /// <param name="bank">The banks.</param>
    /// <param name="options">Landings, seed, derivation and number of adversarial schedules.</param>
    /// <param name="host">Where it runs.</param>
    public static DeviceCaseResult Run(DeviceBuild build, GoldenCall golden, BankSetting bank, VerifyOptions options, DeviceHost host)
    {
        string name = $"{golden.Call.Name} {golden.Call.LayerKey} at banks {bank}";
        var result = new DeviceCaseResult(name, golden, bank);
        try
        {
            Run(build, result, options, host);
        }
        catch (Exception exception) when (exception is IOException or HardwareFaultException)
        {
            result.Findings.Add(new DeviceFinding { Rule = "fault", Message = exception.Message, FirstCase = name });
        }

        return result;
    }

    /// <summary>A session of the case.</summary>
    public static DeviceSession Open(DeviceBuild build, GoldenCall golden, BankSetting bank, VerifyOptions options, DeviceHost host) =>
        new(build, CallOf(build.Program, golden.Call, golden.Inputs, bank, options), CaseMatrix.ConfigurationFor(bank), host);

    /// <summary>Compares the output of the case, after the driver's part.</summary>
    public static DeviceComparison ComparisonOf(DeviceProgram program, GoldenCall golden, VerifyOptions options) =>
        new(golden, program.Driver == DeviceDriver.User ? null : (golden.Call as Conv2dCall)?.Requantize(options.Derivation));

    private static void Run(DeviceBuild build, DeviceCaseResult result, VerifyOptions options, DeviceHost host)
    {
        (string name, GoldenCall golden, BankSetting bank) = (result.Name, result.Golden, result.Bank);
        DspConfiguration machine = CaseMatrix.ConfigurationFor(bank);
        DeviceComparison comparison = ComparisonOf(build.Program, golden, options);
        int limit = build.Program.TimeLimitMilliseconds;
        using DeviceSession session = Open(build, golden, bank, options, host);
        DeviceRingMode ring = machine.RingFull == RingFullBehavior.Fault ? DeviceRingMode.Error : DeviceRingMode.Block;
        DeviceRun plain = session.Run(new DeviceRunSettings { Landing = LandingKind.AtWait, RingMode = ring });
        RecordedProgram program = ProgramRecorder.Record(plain);
        IReadOnlyList<RecordedHazard> hazards = RecordedCheck.Check(program, machine);
        result.Program = program;
        result.Findings.AddRange(Describe(program, hazards, name));
        bool ran = DeviceFaultText.Of(plain, limit).Length == 0;
        IReadOnlyList<int> arrivals = ran
            ? DeviceSchedule.ArrivalsOf(program, RecordedTiming.Of(program, golden.Call, bank.Coefficients, MachineMode.MemoryModel))
            : [];
        bool hasFault = false;
        foreach (LandingKind landing in options.Landings)
        {
            DeviceRun run = landing == LandingKind.AtWait ? plain : session.Run(new DeviceRunSettings { Landing = landing, Seed = options.LandingSeed, RingMode = ring, Arrivals = arrivals });
            string fault = DeviceFaultText.Of(run, limit);
            int differing = fault.Length > 0 ? 0 : comparison.CountDiffering(run);
            hasFault |= fault.Length > 0;
            if (fault.Length > 0)
            {
                result.Findings.Add(new DeviceFinding { Rule = "fault", Message = fault, Origin = run.FaultOrigin, FirstCase = name });
            }
            else if (differing > 0 && hazards.Count == 0)
            {
                (int offset, byte expected, byte actual) = comparison.FirstDiffering(run.OutputAtReturn)!.Value;
                result.Findings.Add(WrongBytes.Describe(program, golden.Call.Output.Shape, golden.Call.Output.LengthBytes / golden.Call.Output.Shape.ElementCount, offset, expected, actual, differing, name));
            }

            result.Rows.Add(new DeviceCaseRow
            {
                Network = golden.Network,
                Call = golden.Call.Name,
                ConfigKey = golden.Call.LayerKey,
                Bank = bank.Label,
                Landing = ChoiceList.NameOf(landing),
                ComparedBytes = fault.Length > 0 ? 0 : run.OutputAtReturn.Length,
                DifferingBytes = differing,
                DifferingAfterLanding = fault.Length > 0 ? 0 : comparison.CountDiffering(run.OutputAfterLanding),
                Hazards = hazards.Count + (ForeignOf(program).Any() ? 1 : 0),
                Instructions = program.Instructions.Length,
                Checks = run.CheckCount,
                Fault = fault.Length > 0 && run.FaultOrigin is { } origin ? $"{origin}: {fault}" : fault,
            });
        }

        if (!ran || hasFault)
        {
            return;
        }

        result.Cycles.AddRange(DeviceCycles.RowsOf(program, golden, bank, options));
        (result.Hazards, result.DifferingBytes) = (hazards, comparison.CountDiffering(plain));
        if (options.AdversarialSchedules > 0)
        {
            result.Adversarial = DeviceAdversary.Run(session, plain, arrivals, golden, bank, options, comparison.CountDiffering);
        }
    }

    /// <summary>The call as the entry gets it.</summary>
    public static DeviceCall CallOf(DeviceProgram program, OperatorCall call, IReadOnlyList<Tensor> inputs, BankSetting bank, VerifyOptions options)
    {
        byte poison = CaseMatrix.ConfigurationFor(bank).PoisonByte;
        if (call is not Conv2dCall convolution)
        {
            return DeviceCall.Of(call, inputs, poison);
        }

        Conv2dTilePlan plan = CaseMatrix.PlanFor(convolution.Shape, bank, options.PlansFor(bank));
        return program.Driver == DeviceDriver.User
            ? DeviceCall.OperatorConvolution(plan, convolution, inputs[0], poison)
            : DeviceCall.Convolution(plan, convolution.Weights, convolution.Requantize(options.Derivation), inputs[0], poison);
    }

    /// <summary>The findings of a recorded program.</summary>
    public static IEnumerable<DeviceFinding> Describe(RecordedProgram program, IReadOnlyList<RecordedHazard> hazards, string name)
    {
        foreach (RecordedHazard hazard in hazards)
        {
            string bytes = hazard.Hazard.Buffer.Length == 0
                ? hazard.Hazard.CollidesWith
                : string.Create(CultureInfo.InvariantCulture, $"'{hazard.Hazard.Buffer}' bytes {hazard.Hazard.FirstByte}..{hazard.Hazard.LastByte} in {hazard.Hazard.Memory}, tile {hazard.Hazard.Tile}");
            string kind = hazard.Other is { } ? "" : hazard.Hazard.Buffer.Length == 0 ? "" : "; " + hazard.Hazard.CollidesWith;
            bool isAtReturn = hazard.Hazard.Rule == HazardRule.InFlightAtReturn;
            yield return new DeviceFinding
            {
                Rule = hazard.Hazard.Rule.Name,
                Message = bytes + kind + (isAtReturn && hazard.Origin is { } closing ? $"; the entry returns at {closing}" : ""),
                Origin = isAtReturn ? hazard.OtherOrigin : hazard.Origin,
                OtherOrigin = isAtReturn ? null : hazard.OtherOrigin,
                WaitOrigin = hazard.Origin,
                OtherChannel = hazard.OtherChannel,
                FirstCase = name,
                Occurrences = hazard.Hazard.Occurrences,
            };
        }

        foreach (int foreign in ForeignOf(program))
        {
            int instruction = Enumerable.Range(0, program.Instructions.Length).First(i => Touches(program, i, foreign));
            yield return new DeviceFinding
            {
                Rule = "foreign-memory",
                Message = $"DMA of a variable outside banks and tensors: {program.Buffers[foreign].Name}",
                Origin = program.Origins[instruction],
                FirstCase = name,
            };
        }
    }

    /// <summary>The variables that DMA must not touch. A driver of the user's own keeps what it derived in variables, and may load from them.</summary>
    public static IEnumerable<int> ForeignOf(RecordedProgram program) => program.HasOwnDriver
        ? program.ForeignBuffers.Where(buffer => program.Instructions.Any(one => one.Kind == InstructionKind.Store && program.WritesOf(one)[0].Buffer == buffer))
        : program.ForeignBuffers;

    private static bool Touches(RecordedProgram program, int index, int buffer)
    {
        var instruction = program.Instructions[index];
        foreach (var region in program.ReadsOf(instruction))
        {
            if (region.Buffer == buffer)
            {
                return true;
            }
        }

        foreach (var region in program.WritesOf(instruction))
        {
            if (region.Buffer == buffer)
            {
                return true;
            }
        }

        return false;
    }
}
