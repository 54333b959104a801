using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof plan</c>: how the layers of a model are cut into tiles.</summary>
public static class PlanCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    public static Command Create(CommandContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var models = new ModelOptions(hasSeed: false);
        var banks = new Option<string>("--banks") { HelpName = "sizes", Description = $"Bank settings: {string.Join(", ", BankSetting.All)}, all, bytes, or NxM. Default: 61k." };
        var machine = new MachineOption();
        Option<string> layers = ModelOptions.CreateLayers();
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("plan", "Show how the layers of a model are cut into tiles.") { machine.Option, banks, layers, json };
        models.AddTo(command);
        HelpWithExamples.AddTo(command,
        [
            ("tileproof plan --networks resnet18", "banks of 62976 bytes"),
            ("tileproof plan --networks model.onnx --banks 16k,61k", "two bank sizes"),
            ("tileproof plan --networks resnet18 --layers layer2", "some of its layers"),
            ("tileproof plan --networks model.pte --json", "all struct fields, for machines"),
        ]);
        command.SetAction(parsed =>
        {
            ModelGeometry geometry = ModelGeometry.Load(models.Models(parsed), models.Settings(parsed) with { Layers = ModelOptions.Layers(parsed, layers) });
            IReadOnlyList<BankSetting> settings = machine.Banks(parsed, banks, [BankSetting.Parse("61k")]);
            ModelOptions.WriteLines(context.Error, geometry.LeftOutLines);
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(context.Output, JsonOutput.Array(settings, bank => ToJson(geometry, bank)));
            }
            else
            {
                foreach (BankSetting bank in settings)
                {
                    WriteTable(context.Output, geometry, bank);
                }
            }

            return ExitCode.Proven;
        });
        return command;
    }

    private static JsonObject ToJson(ModelGeometry geometry, BankSetting bank) => new()
    {
        ["bank"] = bank.Label,
        ["convolutions"] = JsonOutput.Array(geometry.Convolutions, shape =>
        {
            Conv2dTilePlan plan = CaseMatrix.PlanFor(shape, bank);
            return Fields(PublishedConvConfig.TextFields(plan), PublishedConvConfig.NumberFields(plan));
        }),
        ["poolings"] = JsonOutput.Array(geometry.Poolings, shape =>
        {
            MaxPoolTilePlan plan = bank.PublishedPoolingOf(shape);
            return Fields(PublishedMaxPoolConfig.TextFields(plan), PublishedMaxPoolConfig.NumberFields(plan));
        }),
        ["left_out"] = JsonOutput.Array(geometry.LeftOut, static layer => new JsonObject
        {
            ["operator"] = layer.Operator, ["config_key"] = layer.ConfigKey, ["groups"] = layer.Groups, ["reason"] = layer.Reason,
        }),
    };

    private static JsonObject Fields(IReadOnlyList<KeyValuePair<string, string>> texts, IReadOnlyList<KeyValuePair<string, int>> numbers)
    {
        var fields = new JsonObject();
        foreach ((string name, string value) in texts)
        {
            fields[name] = value;
        }

        foreach ((string name, int value) in numbers)
        {
            fields[name] = value;
        }

        return fields;
    }

    private static void WriteTable(TextWriter output, ModelGeometry geometry, BankSetting bank)
    {
        output.WriteLine($"banks {bank.Label}{(bank.Machine == DescribedMachine.Published ? "" : $", machine {bank.Machine}")}");
        foreach (Conv2dShape shape in geometry.Convolutions)
        {
            Conv2dTilePlan plan = CaseMatrix.PlanFor(shape, bank);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {shape.ConfigKey,-36}  {plan.KernelName,-14}  {plan}"));
        }

        foreach (MaxPool2dShape shape in geometry.Poolings)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {shape.ConfigKey,-36}  {"maxpool",-14}  {bank.PublishedPoolingOf(shape)}"));
        }
    }
}
