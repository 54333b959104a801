using System.CommandLine;
using System.Text.Json.Nodes;
using TileProof.Golden.OnnxRuntime;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.DeviceLog;
using TileProof.Verification.Options;

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
        var model = new Option<string>("--networks") { HelpName = "name", Description = "The network that the device ran, on the first seeded image; with --against only its quantization step counts." };
        var against = new Option<string>("--against") { HelpName = "file", Description = "The log of a reference run on the same input." };
        var banks = new Option<string>("--banks") { HelpName = "size", Description = "The banks that the device had, for predicted cycles. Default: 61k." };
        var mode = new Option<string>("--mode")
        {
            HelpName = "name", Description = $"How the log was made, for predicted cycles: {string.Join(", ", Enum.GetValues<MachineMode>().Select(ChoiceList.NameOf))}. Default: release.",
        };
        Option<bool> allowFallback = ModelOptions.CreateAllowFallback();
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("compare-log", "Compare a device log with the golden run or with another log.") { file, model, allowFallback, against, banks, mode, json };
        HelpWithExamples.AddTo(command,
        [
            ("tileproof compare-log run.log --networks resnet18", "output, layer dumps and cycles against golden"),
            ("tileproof compare-log optimized.log --against generic.log", "two device runs against each other"),
            ("tileproof compare-log optimized.log --against generic.log --networks resnet18", "the same in quantization steps of the network"),
        ]);
        command.SetAction(parsed =>
        {
            string? name = parsed.GetValue(model);
            string? other = parsed.GetValue(against);
            if (name is null && other is null)
            {
                throw new UserInputException("compare-log takes --networks, --against or both");
            }

            if (other is not null && (parsed.GetValue(banks) ?? parsed.GetValue(mode)) is not null)
            {
                throw new UserInputException("--banks and --mode have no effect with --against, which predicts no cycles; leave them out");
            }

            if (name is null && parsed.GetValue(allowFallback))
            {
                throw new UserInputException("--allow-fallback has no effect without --networks; leave it out");
            }

            bool fallsBack = name is not null && ModelOptions.TakeAllowFallback(parsed, allowFallback, VerifyOptions.ParseNetworks(name));
            DeviceLogFile log = DeviceLogFile.Read(parsed.GetValue(file)!);
            bool asJson = parsed.GetValue(json);
            return other is null
                ? CompareWithGolden(context, log, name!, fallsBack, PredictorOf(parsed.GetValue(banks) ?? "61k", parsed.GetValue(mode)), asJson)
                : CompareWithLog(context, DeviceLogFile.Read(other), log, name, fallsBack, asJson);
        });
        return command;
    }

    private static Func<OperatorCall, long?> PredictorOf(string banks, string? mode)
    {
        BankSetting bank = BankSetting.Parse(banks);
        MachineMode chosen = mode is null ? MachineMode.Release : ChoiceList.ParseOne<MachineMode>("machine mode", mode);
        var setting = new CallSetting(CaseMatrix.ConfigurationFor(bank), chosen) { UsesBanks = !bank.CacheOnly };
        return call => ProgramLibrary.Published.HasKernelOf(call) && CyclePredictor.Predict(call, setting, CostCoefficients.Calibrated) is { } price
            ? (long)Math.Round(price.Timeline.NowCycles)
            : null;
    }

    private static int CompareWithGolden(CommandContext context, DeviceLogFile log, string model, bool allowFallback, Func<OperatorCall, long?> predict, bool asJson)
    {
        (Network network, Tensor[] golden) = RunGolden(model, allowFallback);
        var comparison = DeviceLogComparison.Compare(log, network, golden, predict);
        LogVerdict verdict = comparison.Verdict;
        if (asJson)
        {
            JsonObject result = ToJson(verdict);
            result["output"] = ToJson(comparison.Output);
            result["dumps"] = JsonOutput.Array(comparison.Dumps, static check => new JsonObject
            {
                ["line"] = check.Dump.Line, ["operator"] = check.Dump.Operator, ["call"] = check.CallName, ["problem"] = check.Problem,
            });
            result["cycles"] = JsonOutput.Array(comparison.Cycles, static entry => new JsonObject
            {
                ["line"] = entry.Line.Line, ["operator"] = entry.Line.Operator, ["call"] = entry.Call?.Name, ["cycles"] = entry.Line.Cycles, ["predicted"] = entry.PredictedCycles,
            });
            JsonOutput.Write(context.Output, result);
        }
        else
        {
            context.Output.Write(comparison.Describe());
        }

        return verdict.ExitCode;
    }

    private static int CompareWithLog(CommandContext context, DeviceLogFile expected, DeviceLogFile actual, string? model, bool allowFallback, bool asJson)
    {
        OutputStep? step = null;
        if (model is not null)
        {
            (Network network, Tensor[] golden) = RunGolden(model, allowFallback);
            step = OutputStep.Of(network, golden[^1]);
        }

        var comparison = LogPairComparison.Compare(expected, actual, step);
        LogVerdict verdict = comparison.Verdict;
        if (asJson)
        {
            JsonObject result = ToJson(verdict);
            result["output"] = ToJson(comparison.Output);
            result["dumps"] = JsonOutput.Array(comparison.Dumps, static pair => new JsonObject
            {
                ["line"] = pair.Actual.Line, ["operator"] = pair.Actual.Operator, ["equal"] = pair.IsEqual, ["problem"] = pair.Problem,
            });
            result["convolution_cycles"] = new JsonArray(SpeedupReport.ConvolutionCycles(expected), SpeedupReport.ConvolutionCycles(actual));
            JsonOutput.Write(context.Output, result);
        }
        else
        {
            context.Output.Write(comparison.Describe());
        }

        return verdict.ExitCode;
    }

    /// <summary>The one network named, and the output of each of its calls for its first image.</summary>
    private static (Network Network, Tensor[] Golden) RunGolden(string model, bool allowFallback)
    {
        string name = VerifyOptions.ParseNetworks(model) is [string one] ? one : throw new UserInputException($"'{model}' names several models; a log is compared with one");
        NetworkSource source = NetworkSource.Load(name, new VerifyOptions { AllowFallback = allowFallback });
        using var engine = new OnnxRuntimeGolden();
        var values = new Dictionary<TensorInfo, Tensor> { [source.Network.Input] = source.FirstImage };
        foreach (OperatorCall call in source.Network.Calls)
        {
            values[call.Output] = engine.Run(call, [.. call.Inputs.Select(input => values[input])], ParameterDerivation.L1Norm);
        }

        return (source.Network, [.. source.Network.Calls.Select(call => values[call.Output])]);
    }

    private static JsonObject ToJson(LogVerdict verdict) => new()
    {
        ["proven"] = verdict.IsProven,
        ["compared"] = JsonOutput.Array(verdict.Compared, static phrase => JsonValue.Create(phrase)),
        ["not_compared"] = JsonOutput.Array(verdict.NotCompared, static phrase => JsonValue.Create(phrase)),
        ["problems"] = JsonOutput.Array(verdict.Problems, static phrase => JsonValue.Create(phrase)),
    };

    private static JsonObject? ToJson(OutputComparison? comparison) => comparison is null ? null : new JsonObject
    {
        ["acceptable"] = comparison.Problems.Count == 0,
        ["outputs"] = comparison.Count,
        ["step"] = comparison.Step.Size,
        ["step_origin"] = comparison.Step.Origin,
        ["levels"] = new JsonArray([.. comparison.Buckets.Select(static count => JsonValue.Create(count))]),
        ["not_finite"] = comparison.NonFiniteCount,
        ["worst_index"] = comparison.WorstIndex < 0 ? null : comparison.WorstIndex,
        ["worst_levels"] = comparison.WorstIndex < 0 ? null : comparison.WorstLevels,
        ["mean_difference"] = comparison.WorstIndex < 0 ? null : comparison.MeanDifference,
        ["top1"] = comparison.TopOneAgrees,
        ["top5_overlap"] = comparison.TopFiveOverlap,
    };
}
