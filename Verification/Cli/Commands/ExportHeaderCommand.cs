using System.CommandLine;
using System.Text.Json.Nodes;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Export;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof export-header</c>: the tile plans as the C header that the kernels read.</summary>
public static class ExportHeaderCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    public static Command Create(CommandContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var models = new ModelOptions(hasSeed: false);
        var banks = new Option<string>("--banks") { HelpName = "size", Description = $"One bank setting: {string.Join(", ", BankSetting.All)}, bytes, or NxM. Default: 61k." };
        var machine = new MachineOption();
        var file = new Option<string>("--out", "-o") { HelpName = "file", Description = "The header. Default: layer_configs.h." };
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("export-header", "Write layer_configs.h: structs, tables and accessors in C.") { machine.Option, banks, file, json };
        models.AddTo(command);
        HelpWithExamples.AddTo(command,
        [
            ("tileproof export-header --networks resnet18,resnet50", "the published layer set at 61k"),
            ("tileproof export-header --networks model.onnx --banks 16k -o layer_configs.h", "a model of your own"),
        ]);
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(file) ?? "layer_configs.h";
            AtomicFile.RequirePlace(path);
            BankSetting bank = machine.Bank(parsed, banks, BankSetting.Parse("61k"));
            ModelGeometry geometry = ModelGeometry.Load(models.Models(parsed), models.Settings(parsed));
            AtomicFile.WriteText(path, LayerConfigHeader.Write(
                bank.TableBanks,
                [.. geometry.Convolutions.Select(shape => CaseMatrix.PlanFor(shape, bank))],
                [.. geometry.Poolings.Select(bank.PublishedPoolingOf)]));
            ModelOptions.WriteLines(context.Error, geometry.LeftOutLines);
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(context.Output, new JsonObject
                {
                    ["file"] = path, ["convolutions"] = geometry.Convolutions.Count, ["max_poolings"] = geometry.Poolings.Count, ["banks"] = bank.Label, ["left_out"] = geometry.LeftOut.Count,
                });
                return ExitCode.Proven;
            }

            string leftOut = geometry.LeftOut.Count == 0 ? "" : $"; {string.Join(" and ", geometry.LeftOut.CountBy(static layer => layer.Operator).Select(static count => Counted.Of(count.Value, count.Key + "s")))} left out, which have no tile plan";
            context.Output.WriteLine($"{path}: {Counted.Of(geometry.Convolutions.Count, "convolutions")}, {Counted.Of(geometry.Poolings.Count, "max poolings")}, banks {bank.Label}{leftOut}");
            return ExitCode.Proven;
        });
        return command;
    }
}
