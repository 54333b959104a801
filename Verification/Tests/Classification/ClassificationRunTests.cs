using System.Globalization;
using System.Runtime.InteropServices;
using TileProof.Cli;
using TileProof.Cli.Commands;
using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Quantization;
using TileProof.Operators;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Classification;
using TileProof.Verification.Export;

namespace TileProof.Tests.Classification;

/// <summary><c>tileproof accuracy</c> on a model file, against what its engines say one by one.</summary>
public sealed class ClassificationRunTests : IDisposable
{
    private const int Images = 11;

    private readonly TemporaryFolder folder = new();
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };
    private readonly FloatNetwork network = SmallClassifier.BuildFloat();
    private readonly int[] labels;

    public ClassificationRunTests()
    {
        Tensor[] images = [.. Enumerable.Range(0, Images).Select(SmallClassifier.Image)];
        using var golden = new FloatGolden(network);
        int[] floatClasses = [.. images.Select(image => TopClasses.Of(golden.Run(image)["fc"], 0, 1)[0])];

        // The first, a middle and the last label are wrong.
        labels = [.. floatClasses.Select(static (label, i) => i is 0 or 5 or Images - 1 ? (label + 1) % 7 : label)];
        File.WriteAllBytes(folder["model.onnx"], FloatOnnxModel.Build(network, ["fc"]));
        File.WriteAllBytes(folder["images.npy"], NpyFile.Create("<f4", [Images, 3, 9, 7], MemoryMarshal.AsBytes<float>([.. images.SelectMany(static image => image.Float32.ToArray())])));
        File.WriteAllLines(folder["labels.csv"], labels.Select(static label => label.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Accuracy_OfAModelFile_CountsWhatEveryEngineSays()
    {
        Assert.Equal(ExitCode.Proven, Invoke("--compare", "all", "--calibrate", folder["images.npy"], "--layer-images", "4"));
        IReadOnlyList<IReadOnlyDictionary<string, string>> rows = CsvTable.Read(folder["out", "accuracy", "accuracy.csv"]);

        // Float; 4 calibrations x 2 scales x (ONNX Runtime twice, generic, two derivations); three layers in float; perhaps the list.
        Assert.InRange(rows.Count, 1 + (4 * 2 * 5) + 1, 1 + (4 * 2 * 5) + 2);
        Assert.Equal(("float", $"{Images - 3}", "", ""), (rows[0]["engine"], rows[0]["top1_right"], rows[0]["weights"], rows[0]["calibration"]));
        Assert.Equal(["min-max", "percentile", "mean-squared-error", "entropy"], rows.Skip(1).Take(40).Select(static row => row["calibration"]).Distinct());
        Assert.All(rows, static row => Assert.Equal($"{Images}", row["images"]));
        Quantized form = SmallForm();
        foreach ((string engine, Func<Classifier> make) in new (string, Func<Classifier>)[]
        {
            ("onnxruntime-int8", () => Classifier.OnOnnxRuntime(form, isExact: true)),
            ("generic", () => Classifier.OnGenericOperators(form)),
            ("dsp-l1-norm", () => Classifier.OnDsp(form, ParameterDerivation.L1Norm)),
            ("dsp-worst-case", () => Classifier.OnDsp(form, ParameterDerivation.WorstCase)),
        })
        {
            using Classifier classifier = make();
            int right = Enumerable.Range(0, Images).Count(i => TopClasses.Of(classifier.LogitsOf(SmallClassifier.Image(i)), 0, 1)[0] == labels[i]);
            IReadOnlyDictionary<string, string> row = rows.First(row => row["engine"] == engine);
            Assert.Equal(("per-tensor", "min-max", right.ToString(CultureInfo.InvariantCulture)), (row["weights"], row["calibration"], row["top1_right"]));
        }

        IReadOnlyList<IReadOnlyDictionary<string, string>> layers = CsvTable.Read(folder["out", "accuracy", "layers_accuracy.csv"]);
        Assert.Equal(SmallClassifier.Layers.Order(StringComparer.Ordinal), layers.Select(static row => row["layer"]).Order(StringComparer.Ordinal));
        Assert.All(layers, static row => Assert.Equal("4", row["images"]));
        Assert.Contains("## Layers that cost most on the DSP, over 4 images", File.ReadAllText(folder["out", "accuracy", "summary.md"]), StringComparison.Ordinal);
        Assert.Contains("dsp-worst-case", File.ReadAllText(folder["out", "accuracy", "report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Accuracy_OfAQuantizedFile_ComparesWithItsOwnFloatForm()
    {
        Quantized form = SmallForm();
        File.WriteAllBytes(folder["model.onnx"], OnnxModelWriter.Write(form.Network));
        Assert.Equal(ExitCode.Proven, Invoke("--layer-images", "0"));
        IReadOnlyList<IReadOnlyDictionary<string, string>> rows = CsvTable.Read(folder["out", "accuracy", "accuracy.csv"]);
        Assert.Equal(["float", "onnxruntime-int8", "onnxruntime-int8-default", "generic", "dsp-l1-norm"], rows.Select(static row => row["engine"]));
        Assert.All(rows.Skip(1), static row => Assert.Equal(("of the file", "of the file"), (row["weights"], row["calibration"])));
        Assert.All(rows.Skip(1), static row => Assert.InRange(double.Parse(row["sqnr_decibels"], CultureInfo.InvariantCulture), 15, 80));
        Assert.False(File.Exists(folder["out", "accuracy", "layers_accuracy.csv"]));
    }

    [Theory]
    [InlineData("--images 0", "image count '0' is not a whole number of 1 to 10000000")]
    [InlineData("--max-loss -1", "--max-loss '-1' is not a number of 0 to 100 percentage points")]
    [InlineData("--compare nosuch", "unknown comparison 'nosuch'; valid: derivation, per-channel, calibration, all")]
    [InlineData("--mean 1,2", "--mean has 2 numbers; give one, or one for each of the 3 channels")]
    [InlineData("--batch 12", "--batch has no effect on small, whose batch is 1; leave it out")]
    public void Accuracy_BadOption_IsOneLine(string arguments, string expected) => AssertRefused(expected, arguments.Split(' '));

    [Fact]
    public void Accuracy_BadLabels_AreOneLine()
    {
        File.WriteAllText(folder["labels.csv"], string.Concat(Enumerable.Repeat("0\n", Images - 1)) + "7\n");
        AssertRefused($"{folder["images.npy"]}: image {Images - 1}: label: 7, expected 0 to 6: the network has 7 classes");
        File.WriteAllText(folder["labels.csv"], "0\n");
        AssertRefused($"{folder["labels.csv"]}: 1 labels in order, expected {Images}, one an image");
    }

    [Fact]
    public void Accuracy_WithoutImagesOrClasses_IsOneLine()
    {
        Assert.Equal(ExitCode.BadInput, InvokeLine("accuracy", "--networks", folder["model.onnx"]));
        Assert.Equal(ExitCode.BadInput, InvokeLine("accuracy", "--networks", folder["model.onnx"], "--input-data", folder["images.npy"]));
        Assert.Equal(ExitCode.BadInput, InvokeLine("accuracy", "--networks", folder["model.onnx"], "--labels", folder["labels.csv"]));
        Assert.Equal(
            [
                "tileproof: accuracy is measured on images with classes; give --input-data, and --labels where their folders do not name the classes",
                "tileproof: the classes of the images are not known; give --labels FILE.csv, or a folder with a folder for each class",
                "tileproof: --labels has no effect without --input-data; leave it out",
            ],
            error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
        error.Dispose();
    }

    /// <summary>The network as the command quantizes it: calibrated over the images themselves.</summary>
    private Quantized SmallForm()
    {
        var calibration = Calibrator.Calibrate(network, Enumerable.Range(0, Images).Select(SmallClassifier.Image), new CalibrationOptions { ImageCount = Images });
        return new Quantized(network, NetworkQuantizer.Quantize(network, calibration), "per-tensor", "min-max");
    }

    private void AssertRefused(string expected, params string[] arguments)
    {
        error.GetStringBuilder().Clear();
        Assert.Equal(ExitCode.BadInput, Invoke(arguments));
        Assert.Equal($"tileproof: {expected}\n", error.ToString());
    }

    private int Invoke(params string[] arguments) =>
        InvokeLine(["accuracy", "--networks", folder["model.onnx"], "--input-data", folder["images.npy"], "--labels", folder["labels.csv"], .. arguments]);

    private int InvokeLine(params string[] arguments)
    {
        var context = new CommandContext { Output = output, Error = error, Progress = new RecordedProgress(), DefaultOutputFolder = folder["out"] };
        return CommandLineApplication.Invoke(CommandLineApplication.CreateRoot([AccuracyCommand.Create(context, ClassificationRun.Execute)]), arguments, context);
    }
}
