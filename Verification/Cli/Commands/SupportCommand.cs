using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TileProof.Golden.Import;
using TileProof.Verification;
using TileProof.Verification.Options;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof support</c>: everything in a model file that stops its import.</summary>
public static class SupportCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    public static Command Create(CommandContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var model = new Argument<string?>("model") { HelpName = "model", Description = "A .onnx or .pte file.", Arity = ArgumentArity.ZeroOrOne };
        var networks = new Option<string?>("--networks") { HelpName = "file", Description = "The same, as other commands take it." };
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("support", "List everything in a model file that stops its import.") { model, networks, json };
        HelpWithExamples.AddTo(command,
        [
            ("tileproof support model.onnx", "all nodes without counterpart, with the supported form nearest to each"),
            ("tileproof support --networks model.onnx", "the same, named as for verify"),
            ("tileproof support model.onnx --json", "the same for machines"),
        ]);
        command.SetAction(parsed =>
        {
            string path = (parsed.GetValue(model), parsed.GetValue(networks)) switch
            {
                ({ } named, null) => named,
                (null, { } named) => named,
                _ => throw new UserInputException("support takes one .onnx or .pte file: tileproof support model.onnx"),
            };
            if (VerifyOptions.IsBuiltIn(path))
            {
                throw new UserInputException($"{path} is built in, and supported; name a .onnx or .pte file");
            }

            ModelSupport support = ModelSupport.Of(path, openImage: (new VerifyOptions().InputHeight, new VerifyOptions().InputWidth));
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(context.Output, ToJson(path, support));
            }
            else
            {
                Write(context.Output, path, support);
            }

            return support.Obstacles.Count == 0 ? ExitCode.Proven : ExitCode.BadInput;
        });
        return command;
    }

    private static JsonObject ToJson(string path, ModelSupport support) => new()
    {
        ["model"] = path,
        ["supported"] = support.Obstacles.Count == 0,
        ["nodes"] = support.NodeCount,
        ["not_judged"] = support.UnjudgedCount,
        ["obstacles"] = JsonOutput.Array(support.Obstacles, static obstacle => new JsonObject
        {
            ["operator"] = obstacle.OperatorType,
            ["count"] = obstacle.Places.Count,
            ["reason"] = obstacle.Reason,
            ["nearest_supported_form"] = obstacle.NearestForm,
            ["run_with_allow_fallback"] = obstacle.RunInOnnxRuntime,
            ["not_tried_with_allow_fallback"] = obstacle.UntriedCount,
            ["places"] = JsonOutput.Array(obstacle.Places, static place => JsonValue.Create(place)),
        }),
    };

    private static void Write(TextWriter output, string path, ModelSupport support)
    {
        if (support.Obstacles.Count == 0)
        {
            output.WriteLine($"{path}: supported");
            return;
        }

        if (support.Obstacles is [{ OperatorType.Length: 0 }])
        {
            output.WriteLine($"{path}: not supported: {support.Obstacles[0].Places[0]}: {support.Obstacles[0].Reason}");
            WriteNearestForm(output, support.Obstacles[0]);
            return;
        }

        int count = support.Obstacles.Where(static obstacle => obstacle.OperatorType.Length > 0).Sum(static obstacle => obstacle.Places.Count);
        string unjudged = support.UnjudgedCount == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {support.UnjudgedCount} behind that could not be judged");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: not supported: {count} of {Counted.Of(support.NodeCount, "nodes")}{unjudged}"));
        foreach (ImportObstacle obstacle in support.Obstacles)
        {
            WriteObstacle(output, obstacle);
        }
    }

    private static void WriteObstacle(TextWriter output, ImportObstacle obstacle)
    {
        if (obstacle.OperatorType.Length == 0)
        {
            output.WriteLine($"       {string.Join(", ", obstacle.Places)}: {obstacle.Reason}");
            WriteNearestForm(output, obstacle);
            return;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{obstacle.Places.Count,4} x {obstacle.OperatorType}: {obstacle.Reason}"));
        WriteNearestForm(output, obstacle);
        if (obstacle.RunInOnnxRuntime > 0)
        {
            string untried = obstacle.UntriedCount == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {obstacle.UntriedCount} not tried");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"       with --allow-fallback {obstacle.RunInOnnxRuntime} of {obstacle.Places.Count} run in ONNX Runtime, not proven{untried}"));
        }

        output.WriteLine($"       at {string.Join(", ", obstacle.Places)}");
    }

    private static void WriteNearestForm(TextWriter output, ImportObstacle obstacle)
    {
        if (obstacle.NearestForm is { } form)
        {
            output.WriteLine($"       nearest supported form: {form}");
        }
    }
}
