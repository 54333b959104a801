using System.CommandLine;
using TileProof.Operators.Requantizing;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof diagnose</c>: which known defect made a device's output wrong.</summary>
public static class DiagnoseCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    /// <param name="execute">The run itself.</param>
    public static Command Create(CommandContext context, Func<DiagnoseOptions, TextWriter, CancellationToken, int> execute)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(execute);
        var defaults = new DiagnoseOptions();
        var network = new Option<string>("--networks") { HelpName = "name", Description = $"The network of the layer: built-in ({string.Join(", ", VerifyOptions.KnownNetworks)}) or an .onnx or .pte file." };
        var vectors = new Option<string>("--vectors") { HelpName = "folder", Description = "Recorded layers instead of a network, as verify --vectors reads them." };
        var layer = new Option<string>("--layers") { HelpName = "layer", Description = $"The convolution: {CallSelection.Forms}; of recorded layers the folder or key." };
        var actual = new Option<string>("--actual") { HelpName = "file", Description = "The device's output: .npy, a log (.log, .txt), else raw int8 or float32. Default with --vectors: the recorded one." };
        var banks = new Option<string>("--banks") { HelpName = "size", Description = $"Local banks of the device: 16k, bytes, or NxM bytes. Default: {defaults.Bank}." };
        var machine = new MachineOption();
        var programs = new Option<string>("--programs") { HelpName = "name", Description = $"Version of the programs that defects are put into: {ProgramChoice.Names}. All are replayed as they are too. Default: {defaults.Programs.Name}." };
        var derivation = new Option<string>("--derivation") { HelpName = "name", Description = "How the driver derived its integers: l1-norm, worst-case. Default: l1-norm; recorded layers say it themselves." };
        var nearest = new Option<int?>("--nearest") { HelpName = "count", Description = "Partial explanations to list, 0 to 100. Default: 3, where no defect gives exactly the bytes." };
        var inputData = new InputDataOption();
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("diagnose", "Find the known defects that give a device's wrong output.") { network, vectors, layer, actual, machine.Option, banks, programs, derivation, nearest, json };
        inputData.AddTo(command);
        HelpWithExamples.AddTo(command,
        [
            ("tileproof diagnose --networks resnet18 --layers layer2.0.conv1 --banks 16384x8192 --actual out.bin", "raw int8 levels"),
            ("tileproof diagnose --networks model.onnx --layers 3 --input-data image.npy --actual run.log", "your own model and input, and the device's log"),
            ("tileproof diagnose --vectors cases --layers layer012_block_conv1", "a recorded layer and its recorded output"),
        ]);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(vectors) is not null && parsed.GetValue(derivation) is not null)
            {
                throw new UserInputException("--derivation has no effect with --vectors, whose layers hold their integers; leave it out");
            }

            if (parsed.GetValue(nearest) is < 0 or > 100)
            {
                throw new UserInputException($"--nearest {parsed.GetValue(nearest)} is not allowed; give 0 to 100");
            }

            return execute(
                new DiagnoseOptions
                {
                    Network = parsed.GetValue(network) is { } name ? One(name) : null,
                    VectorsFolder = parsed.GetValue(vectors),
                    Layer = parsed.GetValue(layer),
                    ActualFile = parsed.GetValue(actual),
                    Bank = machine.Bank(parsed, banks, defaults.Bank),
                    Programs = parsed.GetValue(programs) is { } library ? ProgramChoice.Parse(library) : defaults.Programs,
                    Derivation = parsed.GetValue(derivation) is { } rule ? ChoiceList.ParseOne<ParameterDerivation>("derivation", rule) : defaults.Derivation,
                    InputData = inputData.Given(parsed),
                    NearestCount = parsed.GetValue(nearest),
                    PrintsJson = parsed.GetValue(json),
                },
                context.Output,
                context.Cancellation);
        });
        return command;
    }

    private static string One(string text) => VerifyOptions.ParseNetworks(text) is [string one] ? one : throw new UserInputException($"'{text}' names more than one network; diagnose takes one");
}
