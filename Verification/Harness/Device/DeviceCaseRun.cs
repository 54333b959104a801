using System.Globalization;
using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Verification.Device;

/// <summary>Runs one call at one bank setting with a built device program: under every landing policy, recorded, judged and compared.</summary>
internal static class DeviceCaseRun
{
    /// <summary>Runs the case.</summary>
    /// <param name="build">The program.</param>
    /// <param name="golden">The call and its golden.</param>
    /// <param name="bank">The banks.</param>
    /// <param name="options">Landings, seed and derivation.</param>
    /// <param name="result">Receives rows, findings and causes.</param>
    /// <param name="trials">The waits that were tried before.</param>
    public static void Run(DeviceBuild build, GoldenCall golden, BankSetting bank, VerifyOptions options, DeviceOutcome result, MendTrials trials)
    {
        DspConfiguration machine = CaseMatrix.ConfigurationFor(bank);
        Requantization? host = (golden.Call as Conv2dCall)?.Requantize(options.Derivation);
        DeviceCall call = CallOf(golden, bank, options, machine, host);
        string name = $"{golden.Call.Name} {golden.Call.LayerKey} at banks {bank}";
        using var session = new DeviceSession(build, call, machine);
        RecordedProgram? program = null;
        IReadOnlyList<RecordedHazard> hazards = [];
        int worst = 0;
        var pending = new List<DeviceCaseRow>();
        foreach (LandingKind landing in options.Landings)
        {
            DeviceRun run = session.Run(new DeviceRunSettings { Landing = landing, Seed = options.LandingSeed });
            string fault = DeviceFaultText.Of(run, build.Program.TimeLimitMilliseconds);
            if (program is null)
            {
                program = ProgramRecorder.Record(run);
                hazards = RecordedCheck.Check(program, machine);
                result.Programs.Add((golden.Call.LayerKey, bank.Label, program));
                foreach (DeviceFinding finding in Describe(program, hazards, name))
                {
                    result.Findings.Add(finding);
                }
            }

            int differing = fault.Length > 0 ? 0 : Differing(run.OutputAtReturn, golden, host);
            if (fault.Length > 0)
            {
                result.Findings.Add(new DeviceFinding { Rule = "fault", Message = fault, Origin = run.FaultOrigin, FirstCase = name });
            }
            else if (differing > 0 && hazards.Count == 0)
            {
                result.Findings.Add(new DeviceFinding
                {
                    Rule = "wrong-bytes",
                    Message = string.Create(CultureInfo.InvariantCulture, $"the output of {build.Program.Entries[call.Kind].Function} differs in {differing:N0} of {run.OutputAtReturn.Length:N0} bytes, and no hazard explains it"),
                    FirstCase = name,
                });
            }

            worst = Math.Max(worst, differing);
            pending.Add(new DeviceCaseRow
            {
                Network = golden.Network,
                Call = golden.Call.Name,
                ConfigKey = golden.Call.LayerKey,
                Bank = bank.Label,
                Landing = ChoiceList.NameOf(landing),
                ComparedBytes = fault.Length > 0 ? 0 : run.OutputAtReturn.Length,
                DifferingBytes = differing,
                DifferingAfterLanding = fault.Length > 0 ? 0 : Differing(run.OutputAfterLanding, golden, host),
                Hazards = hazards.Count + (program.ForeignBuffers.Length > 0 ? 1 : 0),
                Instructions = program.Instructions.Length,
                Checks = run.CheckCount,
                Fault = fault.Length > 0 && run.FaultOrigin is { } origin ? $"{origin}: {fault}" : fault,
            });
        }

        result.Rows.AddRange(pending);
        if (hazards.Count > 0 && pending.TrueForAll(static row => row.Fault.Length == 0))
        {
            foreach (string cause in trials.Try(session, hazards, Differing(session.Run(new DeviceRunSettings()).OutputAtReturn, golden, host), run => Differing(run.OutputAtReturn, golden, host), result.Findings))
            {
                result.Causes.Add($"{cause} ({name})");
            }
        }
    }

    private static DeviceCall CallOf(GoldenCall golden, BankSetting bank, VerifyOptions options, DspConfiguration machine, Requantization? host) => golden.Call is Conv2dCall convolution
        ? DeviceCall.Convolution(
            CaseMatrix.PlanFor(convolution.Shape, bank, options.PlansFor(bank)), convolution.Weights, host!, golden.Inputs[0], machine.PoisonByte)
        : DeviceCall.Of(golden.Call, golden.Inputs, machine.PoisonByte);

    /// <summary>Bytes that differ after the driver's correction of the output.</summary>
    private static int Differing(byte[] output, GoldenCall golden, Requantization? host)
    {
        ReadOnlySpan<byte> expected = golden.Expected.Bytes;
        int plane = host is { HasPostCorrection: true } && golden.Call is Conv2dCall convolution ? convolution.Shape.OutHeight * convolution.Shape.OutWidth : 0;
        int channels = golden.Call is Conv2dCall counted ? counted.Shape.OutChannels : 1;
        int differing = 0;
        for (int i = 0; i < output.Length; i++)
        {
            byte actual = plane == 0
                ? output[i]
                : unchecked((byte)(sbyte)Math.Clamp((sbyte)output[i] + host!.PostCorrectionOf(i / plane % channels), sbyte.MinValue, sbyte.MaxValue));
            differing += actual == expected[i] ? 0 : 1;
        }

        return differing;
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
            yield return new DeviceFinding
            {
                Rule = hazard.Hazard.Rule.Name,
                Message = bytes + kind,
                Origin = hazard.Origin ?? (hazard.Hazard.Rule.Name == "in-flight-at-return" ? hazard.OtherOrigin : null),
                OtherOrigin = hazard.OtherOrigin,
                OtherChannel = hazard.OtherChannel,
                FirstCase = name,
                Occurrences = hazard.Hazard.Occurrences,
            };
        }

        foreach (int foreign in program.ForeignBuffers)
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
