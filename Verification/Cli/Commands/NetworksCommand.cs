using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification;
using TileProof.Verification.Options;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof networks</c>: the built-in networks, or the calls of a model.</summary>
public static class NetworksCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    public static Command Create(CommandContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var model = new Argument<string?>("model") { HelpName = "models", Description = "Networks, all, or .onnx and .pte files whose calls to list.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = JsonOutput.CreateOption();
        Option<bool> allowFallback = ModelOptions.CreateAllowFallback();
        var command = new Command("networks", "List the built-in networks, or the calls of a model.") { model, allowFallback, json };
        HelpWithExamples.AddTo(command,
        [
            ("tileproof networks", "the names that other commands take"),
            ("tileproof networks resnet18", "every call with its key, shapes and quantization"),
            ("tileproof networks resnet18,model.onnx", "the same for two, one after the other"),
            ("tileproof networks model.onnx --json", "the same for a model file, for machines"),
        ]);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(model) is { } name)
            {
                // All are loaded first: a file that cannot be used leaves no half of a list.
                IReadOnlyList<string> names = VerifyOptions.ParseNetworks(name);
                var settings = new VerifyOptions { Networks = names, AllowFallback = ModelOptions.TakeAllowFallback(parsed, allowFallback, names) };
                ListCalls(context.Output, ConformanceRun.LoadNetworks(settings), parsed.GetValue(json));
            }
            else if (parsed.GetValue(json))
            {
                JsonOutput.Write(context.Output, JsonOutput.Array(VerifyOptions.KnownNetworks.Concat(VerifyOptions.TrainedNetworks), static known => JsonValue.Create(known)));
            }
            else
            {
                foreach (string known in VerifyOptions.KnownNetworks.Concat(VerifyOptions.TrainedNetworks))
                {
                    context.Output.WriteLine(known);
                }
            }

            return ExitCode.Proven;
        });
        return command;
    }

    /// <summary>One network is an object in JSON, several are an array of them.</summary>
    private static void ListCalls(TextWriter output, IReadOnlyList<Network> networks, bool asJson)
    {
        if (asJson)
        {
            JsonOutput.Write(output, networks is [Network one] ? ToJson(one) : JsonOutput.Array(networks, ToJson));
            return;
        }

        foreach (Network network in networks)
        {
            WriteCalls(output, network);
        }
    }

    private static JsonObject ToJson(Network network) => new()
    {
        ["name"] = network.Name,
        ["input"] = network.Input.Shape.ToString(),
        ["other_inputs"] = JsonOutput.Array(network.OtherInputs, static other => new JsonObject
        {
            ["name"] = other.Value.Name,
            ["shape"] = other.Value.Shape.ToString(),
            ["constant"] = other.IsConstant,
        }),
        ["calls"] = JsonOutput.Array(network.Calls, static call => new JsonObject
        {
            ["index"] = call.Index,
            ["name"] = call.Name,
            ["operator"] = ChoiceList.NameOf(call.Kind),
            ["key"] = call.LayerKey,
            ["output"] = call.Output.Shape.ToString(),
            ["scale"] = call.Output.Quantization?.Scale,
            ["zero_point"] = call.Output.Quantization?.ZeroPoint,
            ["multiply_accumulates"] = call.MultiplyAccumulates,
        }),
    };

    private static void WriteCalls(TextWriter output, Network network)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network.Name} {string.Join(" and ", network.Inputs.Select(static input => input.Shape))}: {Counted.Of(network.Calls.Count, "calls")}, {network.Calls.Sum(static call => call.MultiplyAccumulates)} multiply-accumulates"));
        foreach (OperatorCall call in network.Calls)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{call.Index,4}  {ChoiceList.NameOf(call.Kind),-22}  {call.Name,-32}  {call.LayerKey,-36}  {call.Output.Shape}  {call.Output.Quantization}").TrimEnd());
        }
    }
}
