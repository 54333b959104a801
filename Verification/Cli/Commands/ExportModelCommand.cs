using System.CommandLine;
using System.Text.Json.Nodes;
using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Export.Pte;
using TileProof.Verification;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof export-model</c>: a network as an ONNX or ExecuTorch file.</summary>
public static class ExportModelCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    public static Command Create(CommandContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var models = new ModelOptions(hasSeed: true);
        var form = new Option<string>("--form") { HelpName = "name", Description = "float (ONNX), qdq (ONNX), pte. Default: qdq." };
        var file = new Option<string>("--out", "-o") { HelpName = "file", Required = true, Description = "The model file." };
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("export-model", "Write a network as an ONNX model, float or QDQ, or as an ExecuTorch program.") { form, file, json };
        models.AddTo(command);
        HelpWithExamples.AddTo(command,
        [
            ("tileproof export-model --networks resnet18 -o resnet18.onnx", "the quantized network in QDQ form"),
            ("tileproof export-model --networks resnet18 --form pte -o resnet18.pte", "the same as an ExecuTorch program"),
        ]);
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(file)!;
            AtomicFile.RequirePlace(path);
            string chosen = ChoiceList.Parse("form", parsed.GetValue(form) ?? "qdq", ["float", "qdq", "pte"])[0];
            VerifyOptions settings = models.Settings(parsed);
            NetworkSource source = NetworkSource.Load(models.Model(parsed), settings);
            IneffectiveOptions.Refuse(settings, [source]);
            IneffectiveOptions.RefuseSeedOfExport(settings, source, isFloatForm: chosen == "float");
            byte[] bytes;
            try
            {
                bytes = chosen switch
                {
                    "float" => OnnxModelWriter.Write(source.Model?.Value.Float ?? throw new UserInputException($"'{models.Model(parsed)}' has no float form: it came quantized")),
                    "qdq" => OnnxModelWriter.Write(source.Network),
                    _ => PteModelWriter.Write(source.Network),
                };
            }
            catch (NotSupportedException exception)
            {
                throw new UserInputException($"'{models.Model(parsed)}' cannot be written in the form {chosen}: {exception.Message}", exception);
            }

            AtomicFile.Write(path, stream => stream.Write(bytes));
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(context.Output, new JsonObject { ["file"] = path, ["network"] = source.Network.Name, ["form"] = chosen, ["bytes"] = bytes.Length });
            }
            else
            {
                context.Output.WriteLine($"{path}: {source.Network.Name}, {bytes.Length} bytes");
            }

            return ExitCode.Proven;
        });
        return command;
    }
}
