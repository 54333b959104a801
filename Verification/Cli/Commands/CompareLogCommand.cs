using System.CommandLine;
using System.Text.Json.Nodes;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.DeviceLog;
using TileProof.Verification.InputData;
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
        var model = new Option<string>("--networks") { HelpName = "name", Description = "The network that the device ran, on the first seeded image or on --input-data; with --against it gives the quantization step and the names of calls." };
        var against = new Option<string>("--against") { HelpName = "file", Description = "The log of a reference run on the same input." };
        var banks = new Option<string>("--banks") { HelpName = "size", Description = "The banks that the device had, for predicted cycles of calls whose plan the log does not print. Default: 61k." };
        var mode = new Option<string>("--mode")
        {
            HelpName = "name", Description = $"How the log was made, for predicted cycles: {string.Join(", ", Enum.GetValues<MachineMode>().Select(ChoiceList.NameOf))}. Default: release.",
        };
        var inputData = new InputDataOption();
        Option<bool> allowFallback = ModelOptions.CreateAllowFallback();
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("compare-log", "Compare a device log with the golden run or with another log.") { file, model, allowFallback, against, banks, mode, json };
        inputData.AddTo(command);
        HelpWithExamples.AddTo(command,
        [
            ("tileproof compare-log run.log --networks resnet18", "output, layer dumps and cycles against golden"),
            ("tileproof compare-log run.log --networks layer.pte --input-data images", "on your own input, found among several by what the log prints of it"),
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

            InputDataOptions? data = inputData.Given(parsed);
            if (other is not null && data is not null)
            {
                throw new UserInputException("--input-data has no effect with --against, where two runs on one input are compared; leave it out");
            }

            if (name is null && parsed.GetValue(allowFallback))
            {
                throw new UserInputException("--allow-fallback has no effect without --networks; leave it out");
            }

            bool fallsBack = name is not null && ModelOptions.TakeAllowFallback(parsed, allowFallback, VerifyOptions.ParseNetworks(name));
            DeviceLogFile log = DeviceLogFile.Read(parsed.GetValue(file)!);
            if (other is null)
            {
                log.RequireContent();
            }

            bool asJson = parsed.GetValue(json);
            return other is null
                ? CompareWithGolden(context, log, name!, data, fallsBack, PredictorOf(parsed.GetValue(banks) ?? "61k", parsed.GetValue(mode)), asJson)
                : CompareWithLog(context, DeviceLogFile.Read(other), log, name, fallsBack, asJson);
        });
        return command;
    }

    private static Func<OperatorCall, Conv2dTilePlan?, long?> PredictorOf(string banks, string? mode)
    {
        BankSetting bank = BankSetting.Parse(banks);
        MachineMode chosen = mode is null ? MachineMode.Release : ChoiceList.ParseOne<MachineMode>("machine mode", mode);
        var setting = new CallSetting(CaseMatrix.ConfigurationFor(bank), chosen) { UsesBanks = !bank.CacheOnly };
        return (call, plan) =>
        {
            CallSetting own = plan is null ? setting : setting with { Plans = new ConvolutionPlans([plan]) };
            return ProgramLibrary.Published.HasKernelOf(call) && CyclePredictor.Predict(call, own, CostCoefficients.Calibrated) is { } price ? (long)Math.Round(price.Timeline.NowCycles) : null;
        };
    }

    private static int CompareWithGolden(
        CommandContext context, DeviceLogFile log, string model, InputDataOptions? data, bool allowFallback, Func<OperatorCall, Conv2dTilePlan?, long?> predict, bool asJson)
    {
        NetworkSource source = SourceOf(model, data, allowFallback);
        int batch = source.Network.Input.Shape.Batch;
        InputMatch? input = log.Input is { } printed ? InputMatch.Find(printed, source.Images is { } images ? images.Count / batch : 1, index => source.ImageBatch(index * batch)) : null;
        var comparison = DeviceLogComparison.Compare(log, source.Network, GoldenOf(source, (input?.Index ?? 0) * batch), predict, input);
        LogVerdict verdict = comparison.Verdict;
        if (asJson)
        {
            JsonObject result = ToJson(verdict);
            result["output"] = ToJson(comparison.Output);
            result["outputs"] = JsonOutput.Array(comparison.Outputs, static output => ToJson(output.Comparison)!);
            result["input_image"] = input is { Problem: null } ? input.Index : null;
            result["first_differing_call"] = comparison.FirstDifference?.CallName;
            result["dumps"] = JsonOutput.Array(comparison.Dumps, static check => new JsonObject
            {
                ["line"] = check.Dump.Line, ["operator"] = check.Dump.Operator, ["call"] = check.CallName, ["problem"] = check.Problem,
            });
            result["cycles"] = JsonOutput.Array(comparison.Cycles, static entry => new JsonObject
            {
                ["line"] = entry.Line.Line, ["operator"] = entry.Line.Operator, ["call"] = entry.Call?.Name, ["cycles"] = entry.Line.Cycles, ["predicted"] = entry.PredictedCycles, ["plan"] = entry.Plan?.ToString(), ["printed_lines"] = entry.Line.Prints?.LineCount ?? 0,
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
        NetworkSource? source = model is null ? null : SourceOf(model, null, allowFallback);
        OutputStep? step = source is null ? null : OutputStep.Of(source.Network, GoldenOf(source, 0)[^1]);
        var comparison = LogPairComparison.Compare(expected, actual, step, source?.Network);
        LogVerdict verdict = comparison.Verdict;
        if (asJson)
        {
            JsonObject result = ToJson(verdict);
            result["output"] = ToJson(comparison.Output);
            result["outputs"] = JsonOutput.Array(comparison.Outputs, static output => ToJson(output)!);
            result["first_differing_line"] = comparison.FirstDifference?.Actual.Line;
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

    private static NetworkSource SourceOf(string model, InputDataOptions? data, bool allowFallback)
    {
        string name = VerifyOptions.ParseNetworks(model) is [string one] ? one : throw new UserInputException($"'{model}' names several models; a log is compared with one");
        return NetworkSource.Load(name, new VerifyOptions { InputData = data, AllowFallback = allowFallback });
    }

    /// <summary>The output of each call of a network for one of its images.</summary>
    private static Tensor[] GoldenOf(NetworkSource source, int imageIndex)
    {
        IReadOnlyDictionary<TensorInfo, Tensor> values = GoldenValues.Of(source, ParameterDerivation.L1Norm, imageIndex: imageIndex);
        return [.. source.Network.Calls.Select(call => values[call.Output])];
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
