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
        var model = new Argument<string?>("model") { HelpName = "model", Description = "A network or a .onnx or .pte file whose calls to list.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("networks", "List the built-in networks, or the calls of a model.") { model, json };
        HelpWithExamples.AddTo(command,
        [
            ("tileproof networks", "the names that other commands take"),
            ("tileproof networks resnet18", "every call with its key, shapes and quantization"),
            ("tileproof networks model.onnx --json", "the same for a model file, for machines"),
        ]);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(model) is { } name)
            {
                ListCalls(context.Output, NetworkSource.Load(VerifyOptions.ParseNetworks(name)[0], new VerifyOptions()).Network, parsed.GetValue(json));
            }
            else if (parsed.GetValue(json))
            {
                JsonOutput.Write(context.Output, JsonOutput.Array(VerifyOptions.KnownNetworks, static known => JsonValue.Create(known)));
            }
            else
            {
                foreach (string known in VerifyOptions.KnownNetworks)
                {
                    context.Output.WriteLine(known);
                }
            }

            return ExitCode.Proven;
        });
        return command;
    }

    private static void ListCalls(TextWriter output, Network network, bool asJson)
    {
        if (asJson)
        {
            JsonOutput.Write(output, new JsonObject
            {
                ["name"] = network.Name,
                ["input"] = network.Input.Shape.ToString(),
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
            });
            return;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network.Name} {network.Input.Shape}: {network.Calls.Count} calls, {network.Calls.Sum(static call => call.MultiplyAccumulates)} multiply-accumulates"));
        foreach (OperatorCall call in network.Calls)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{call.Index,4}  {ChoiceList.NameOf(call.Kind),-22}  {call.Name,-32}  {call.LayerKey,-36}  {call.Output.Shape}  {call.Output.Quantization}").TrimEnd());
        }
    }
}
