using System.CommandLine;
using System.Globalization;
using TileProof.Golden.Quantization;
using TileProof.Operators.Requantizing;
using TileProof.Verification;
using TileProof.Verification.Classification;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;
using TileProof.Verification.Sharding;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof accuracy</c>: how many images a network classifies right in every quantized form.</summary>
public static class AccuracyCommand
{
    private const int MostImages = 10_000_000;

    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    /// <param name="execute">The run itself.</param>
    public static Command Create(CommandContext context, Func<ClassificationOptions, IProgressReporter, TextWriter, CancellationToken, int> execute)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(execute);
        var models = new ModelOptions(hasSeed: true);
        var inputData = new InputDataOption(needsLabels: true, calibrates: true);
        var compare = new Option<string>("--compare") { HelpName = "names", Description = $"Measure all forms of: {List<ComparedForms>()}, all. Default: none." };
        var derivation = new Option<string>("--derivation") { HelpName = "name", Description = $"How convolutions derive their requantization: {List<ParameterDerivation>()}. Default: {ChoiceList.NameOf(ParameterDerivation.L1Norm)}." };
        var calibration = new Option<string>("--calibration") { HelpName = "name", Description = $"How activation ranges are found: {List<CalibrationMethod>()}. Default: {ChoiceList.NameOf(CalibrationMethod.MinMax)}." };
        var perChannel = new Option<bool>("--per-channel") { Description = "One weight scale per output channel instead of one per tensor." };
        var images = new Option<string>("--images") { HelpName = "count", Description = "The most images, spread evenly over all. Default: all." };
        var layerImages = new Option<string>("--layer-images") { HelpName = "count", Description = "Images that single layers are judged by; 0 leaves layers out. Default: 100." };
        var maxLoss = new Option<string>("--max-loss") { HelpName = "points", Description = "Loss of top-1 against float, in percentage points, that the list of layers to keep in float aims at. Default: 0.5." };
        var outputFolder = new Option<string>("--out") { HelpName = "folder", Description = "Where reports are written. Default: accuracy in the folder of reports." };
        var command = new Command("accuracy", "Count how many of your images a network classifies right, in float and int8.")
        {
            compare, derivation, calibration, perChannel, images, layerImages, maxLoss, outputFolder,
        };
        models.AddTo(command);
        inputData.AddTo(command);
        var shard = new ShardOption(context);
        shard.AddTo(command);
        HelpWithExamples.AddTo(command,
        [
            ("tileproof accuracy --networks model.onnx --input-data val --calibrate train --resize crop", "a folder for each class"),
            ("tileproof accuracy --networks model.onnx --input-data val --labels labels.csv", "classes in a file"),
            ("tileproof accuracy --networks model.onnx --input-data val --compare all", "both derivations, scales and all calibrations"),
            ("tileproof accuracy --networks model.onnx --input-data val --labels labels.csv --shard 2/8 --out shards/2", "an eighth of it, for 'tileproof merge'"),
        ]);
        command.SetAction(parsed =>
        {
            VerifyOptions settings = models.Settings(parsed);
            var given = new Dictionary<string, string>(settings.Given, StringComparer.Ordinal);
            foreach ((Option option, string setting) in new (Option, string)[]
            {
                (derivation, nameof(VerifyOptions.Derivation)), (calibration, nameof(VerifyOptions.Calibration)), (perChannel, nameof(VerifyOptions.PerChannelWeights)),
            })
            {
                if (parsed.GetResult(option) is { Implicit: false })
                {
                    given[setting] = option.Name;
                }
            }

            if (inputData.Calibration(parsed) is not null)
            {
                given[nameof(VerifyOptions.CalibrationData)] = "--calibrate";
            }

            ShardOptions? sharding = shard.Given(parsed);
            var options = new ClassificationOptions
            {
                Network = models.Model(parsed),
                Settings = settings with
                {
                    InputData = inputData.Given(parsed),
                    CalibrationData = inputData.Calibration(parsed),
                    Derivation = parsed.GetValue(derivation) is { } rule ? ChoiceList.ParseOne<ParameterDerivation>("derivation", rule) : settings.Derivation,
                    Calibration = parsed.GetValue(calibration) is { } method ? ChoiceList.ParseOne<CalibrationMethod>("calibration", method) : settings.Calibration,
                    PerChannelWeights = parsed.GetValue(perChannel),
                    Given = given,
                    Sharding = sharding,
                },
                Compares = parsed.GetValue(compare) is { } forms ? ChoiceList.Parse<ComparedForms>("comparison", forms) : [],
                ImageLimit = parsed.GetValue(images) is { } count ? VerifyOptions.ParseCount("image count", count, 1, MostImages) : null,
                OutputFolder = parsed.GetValue(outputFolder) ?? ShardOption.FolderIn(Path.Combine(context.DefaultOutputFolder, "accuracy"), sharding),
            };
            return execute(
                options with
                {
                    LayerImages = parsed.GetValue(layerImages) is { } few ? VerifyOptions.ParseCount("image count", few, 0, MostImages) : options.LayerImages,
                    WantedLossPoints = parsed.GetValue(maxLoss) is { } points ? ParsePoints(points) : options.WantedLossPoints,
                },
                context.Progress,
                context.Output,
                context.Cancellation);
        });
        return command;
    }

    private static double ParsePoints(string text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double points) && points <= 100
        ? points
        : throw new UserInputException($"--max-loss '{text}' is not a number of 0 to 100 percentage points");

    private static string List<TEnum>()
        where TEnum : struct, Enum => string.Join(", ", Enum.GetValues<TEnum>().Select(ChoiceList.NameOf));
}
