using System.CommandLine;
using System.Text.Json.Nodes;
using TileProof.Golden.OnnxRuntime;
using TileProof.Operators.Requantizing;
using TileProof.Verification;
using TileProof.Verification.Export;
using TileProof.Verification.Options;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof export-vectors</c>: inputs, parameters and expected outputs of every layer, to run elsewhere.</summary>
public static class ExportVectorsCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    public static Command Create(CommandContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var models = new ModelOptions(hasSeed: true);
        var inputData = new InputDataOption();
        var formats = new Option<string>("--format") { HelpName = "names", Description = "npy, bin (for verify --vectors), c, all. Default: all." };
        var layers = ModelOptions.CreateLayers();
        var derivation = new Option<string>("--derivation") { HelpName = "name", Description = "How convolutions derive their requantization: l1-norm, worst-case. Default: l1-norm." };
        var folder = new Option<string>("--out") { HelpName = "folder", Description = "Where to write. Default: vectors." };
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("export-vectors", "Write inputs, parameters and expected outputs of every layer.") { formats, layers, derivation, folder, json };
        models.AddTo(command);
        inputData.AddTo(command);
        HelpWithExamples.AddTo(command,
        [
            ("tileproof export-vectors --networks resnet18 --layers conv1", "one layer in all forms"),
            ("tileproof export-vectors --networks model.onnx --input-data image.npy", "on your own input"),
            ("tileproof export-vectors --networks model.onnx --format bin --out cases", "folders that verify --vectors reads"),
        ]);
        command.SetAction(parsed =>
        {
            VerifyOptions settings = models.Settings(parsed) with { InputData = inputData.Given(parsed) };
            NetworkSource source = NetworkSource.Load(models.Model(parsed), settings);
            IneffectiveOptions.Refuse(settings, [source]);
            string target = parsed.GetValue(folder) ?? "vectors";
            using var engine = new OnnxRuntimeGolden();
            (int callCount, int binCount) = VectorExport.Write(
                source.Network,
                source.FirstImage,
                engine,
                parsed.GetValue(derivation) is { } rule ? ChoiceList.ParseOne<ParameterDerivation>("derivation", rule) : ParameterDerivation.L1Norm,
                parsed.GetValue(formats) is { } names ? ParseFormats(names) : VectorFormats.All,
                ModelOptions.Layers(parsed, layers),
                target);
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(context.Output, new JsonObject { ["folder"] = target, ["network"] = source.Network.Name, ["layers"] = callCount, ["layers_in_form_bin"] = binCount });
            }
            else
            {
                context.Output.WriteLine($"{target}: {Counted.Of(callCount, "layers")} of {source.Network.Name}, {binCount} of them in the form bin");
            }

            return ExitCode.Proven;
        });
        return command;
    }

    private static VectorFormats ParseFormats(string text) => ChoiceList.Parse("format", text, ["npy", "bin", "c"])
        .Aggregate(VectorFormats.None, static (formats, name) => formats | Enum.Parse<VectorFormats>(name, ignoreCase: true));
}
