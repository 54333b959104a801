using System.CommandLine;
using System.Text.Json.Nodes;
using TileProof.Golden.OnnxRuntime;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Verification;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof compare-log</c>: what a device printed, compared with the golden run or with another log.</summary>
public static class CompareLogCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    public static Command Create(CommandContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var file = new Argument<string>("file") { HelpName = "file", Description = "The log of the device." };
        var model = new Option<string>("--model") { HelpName = "name", Description = "The network that the device ran, on the first seeded image." };
        var against = new Option<string>("--against") { HelpName = "file", Description = "The log of a reference run on the same input." };
        var banks = new Option<string>("--banks") { HelpName = "size", Description = "The banks that the device had, for predicted cycles. Default: 61k." };
        var machine = new Option<string>("--machine")
        {
            HelpName = "name", Description = $"How the log was made, for predicted cycles: {string.Join(", ", Enum.GetValues<MachineMode>().Select(ChoiceList.NameOf))}. Default: release.",
        };
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("compare-log", "Compare a device log with the golden run or with another log.") { file, model, against, banks, machine, json };
        HelpWithExamples.AddTo(command,
        [
            ("tileproof compare-log run.log --model resnet18", "output, layer dumps and cycles against golden"),
            ("tileproof compare-log optimized.log --against generic.log", "two device runs against each other"),
        ]);
        command.SetAction(parsed =>
        {
            DeviceLogFile log = DeviceLogFile.Read(parsed.GetValue(file)!);
            return (parsed.GetValue(model), parsed.GetValue(against)) switch
            {
                ({ } name, null) => CompareWithGolden(context, log, name, PredictorOf(parsed.GetValue(banks) ?? "61k", parsed.GetValue(machine)), parsed.GetValue(json)),
                (null, { } other) => CompareWithLog(context, DeviceLogFile.Read(other), log, parsed.GetValue(json)),
                _ => throw new UserInputException("compare-log takes either --model or --against"),
            };
        });
        return command;
    }

    private static Func<OperatorCall, long?> PredictorOf(string banks, string? machine)
    {
        BankSetting bank = BankSetting.Parse(banks);
        var setting = new CallSetting(
            bank.CacheOnly ? null : CaseMatrix.ConfigurationFor(bank),
            machine is null ? MachineMode.Release : ChoiceList.ParseOne<MachineMode>("machine", machine),
            TimingAssumptions.None);
        return call => CyclePredictor.Predict(call, setting, CostCoefficients.Calibrated) is { } timeline ? (long)Math.Round((double)timeline.NowCycles) : null;
    }

    private static int CompareWithGolden(CommandContext context, DeviceLogFile log, string model, Func<OperatorCall, long?> predict, bool asJson)
    {
        NetworkSource source = NetworkSource.Load(VerifyOptions.ParseNetworks(model)[0], new VerifyOptions());
        using var engine = new OnnxRuntimeGolden();
        var values = new Dictionary<TensorInfo, Tensor> { [source.Network.Input] = source.FirstImage };
        foreach (OperatorCall call in source.Network.Calls)
        {
            values[call.Output] = engine.Run(call, [.. call.Inputs.Select(input => values[input])], ParameterDerivation.L1Norm);
        }

        DeviceLogComparison comparison = DeviceLogComparison.Compare(log, source.Network, [.. source.Network.Calls.Select(call => values[call.Output])]);
        if (asJson)
        {
            JsonOutput.Write(context.Output, new JsonObject
            {
                ["proven"] = comparison.IsProven,
                ["output"] = comparison.Output is { } output ? ToJson(output) : null,
                ["dumps"] = JsonOutput.Array(comparison.Dumps, static check => new JsonObject
                {
                    ["line"] = check.Dump.Line, ["operator"] = check.Dump.Operator, ["call"] = check.CallName, ["problem"] = check.Problem,
                }),
                ["cycles"] = JsonOutput.Array(comparison.Cycles, entry => new JsonObject
                {
                    ["call"] = entry.Call?.Name ?? entry.Line.Operator, ["cycles"] = entry.Line.Cycles, ["predicted"] = entry.Call is null ? null : predict(entry.Call),
                }),
            });
        }
        else
        {
            context.Output.Write(comparison.Describe(predict));
        }

        return comparison.IsProven ? ExitCode.Proven : ExitCode.NotProven;
    }

    private static int CompareWithLog(CommandContext context, DeviceLogFile expected, DeviceLogFile actual, bool asJson)
    {
        if (expected.Output is null || actual.Output is null || expected.Output.Count != actual.Output.Count)
        {
            throw new UserInputException(
                $"the logs do not print outputs of one size: {expected.Output?.Count ?? 0} elements in '{expected.Path}', {actual.Output?.Count ?? 0} in '{actual.Path}'");
        }

        OutputComparison comparison = OutputComparison.Between(expected.Output, actual.Output);
        if (asJson)
        {
            JsonObject result = ToJson(comparison);
            result["convolution_cycles"] = new JsonArray(ConvolutionCycles(expected), ConvolutionCycles(actual));
            JsonOutput.Write(context.Output, result);
        }
        else
        {
            context.Output.Write(comparison.Describe(expected.Path, actual.Path));
            context.Output.Write(SpeedupReport.Describe(expected, actual));
        }

        return comparison.IsAcceptable ? ExitCode.Proven : ExitCode.NotProven;
    }

    private static long ConvolutionCycles(DeviceLogFile log) => SpeedupReport.ConvolutionCycles(log);

    private static JsonObject ToJson(OutputComparison comparison) => new()
    {
        ["acceptable"] = comparison.IsAcceptable,
        ["step"] = comparison.Step,
        ["levels"] = new JsonArray([.. comparison.Buckets.Select(static count => JsonValue.Create(count))]),
        ["worst_index"] = comparison.WorstIndex,
        ["worst_levels"] = comparison.WorstLevels,
        ["mean_difference"] = comparison.MeanDifference,
        ["top1"] = comparison.TopOneAgrees,
        ["top5_overlap"] = comparison.TopFiveOverlap,
    };
}
