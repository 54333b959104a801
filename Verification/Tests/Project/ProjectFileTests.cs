using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Cli;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Options;
using TileProof.Verification.Project;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.Project;

/// <summary>Project files: every setting, and one clear line for each mistake.</summary>
public sealed class ProjectFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Fields have the names of options; three had others, and files with those stay readable.</summary>
    [Theory]
    [InlineData("networks", "landing", "out")]
    [InlineData("models", "landings", "output")]
    public void Read_EverySetting_BecomesAnOption(string networks, string landing, string output)
    {
        File.WriteAllText(folder["my.onnx"], "");
        VerifyOptions options = Read($$"""
            {
              // Relative to this file.
              "{{networks}}": ["resnet18", "my.onnx"], "banks": ["16k", "16384x8192"], "modes": ["dma"], "programs": "published", "{{landing}}": ["at-wait", "random"], "layers": ["conv1"],
              "derivation": "worst-case", "calibration": "percentile", "input": "63x65", "{{output}}": "out", "batch": 2, "images": 0, "seed": 7, "per_channel": true,
              "tolerances": { "softmax_ulp": 3 } ,
            }
            """);
        Assert.Equal(["resnet18", folder["my.onnx"]], options.Networks);
        Assert.Equal(["16k", "16384x8192"], options.Banks.Select(static bank => bank.Label));
        Assert.Equal([ExecutionMode.Dma], options.Modes);
        Assert.Equal([LandingKind.AtWait, LandingKind.Random], options.Landings);
        Assert.Equal(["conv1"], options.Layers);
        Assert.Equal(ProgramLibrary.Published, options.Programs);
        Assert.Equal((ParameterDerivation.WorstCase, 63, 65, 2, 0, 7, true), (options.Derivation, options.InputHeight, options.InputWidth, options.Batch, options.AccuracyImages, options.Seed!.Value, options.PerChannelWeights));
        Assert.Equal(3, options.SoftmaxToleranceUlp);
        Assert.Equal(folder["out"], options.OutputFolder);
        Assert.EndsWith($": {landing}", options.Given[nameof(VerifyOptions.Landings)], StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoSettings_TheDefaults() => Assert.Equal(new VerifyOptions().Settings, Read("{}").Settings);

    [Theory]
    [InlineData("[1]", "is no object, expected { ... }")]
    [InlineData("{\"model\": []}", "model: is no setting; valid: networks, machine, banks, modes, landing, ")]
    [InlineData("{\"models\": \"resnet18\"}", "models: is \"resnet18\", expected a list of texts that is not empty")]
    [InlineData("{\"networks\": []}", "networks: is [], expected a list of texts that is not empty")]
    [InlineData("{\"networks\": [\"resnet18\"], \"models\": [\"resnet50\"]}", "models: is there as networks too")]
    [InlineData("{\"output\": \"a\", \"out\": \"b\"}", "out: is there as output too")]
    [InlineData("{\"landings\": [\"at-wait\"], \"landings\": [\"random\"]}", "landings: is there twice")]
    [InlineData("{\"models\": []}", "models: is [], expected a list of texts that is not empty")]
    [InlineData("{\"banks\": [\"9z\"]}", "banks: bank setting '9z' is not understood")]
    [InlineData("{\"out\": \"\"}", "out: is \"\", expected a text that is not empty")]
    [InlineData("{\"machine\": \" \"}", "machine: is \" \", expected a text that is not empty")]
    [InlineData("{\"batch\": \"2\"}", "batch: is \"2\", expected a number")]
    [InlineData("{\"batch\": 2.5}", "batch: batch '2.5' is not a whole number of 1 to 64")]
    [InlineData("{\"per_channel\": 1}", "per_channel: is 1, expected true or false")]
    [InlineData("{\"tolerances\": 8}", "tolerances: is 8, expected an object")]
    [InlineData("{\"tolerances\": {\"conv_ulp\": 1}}", "tolerances: has no operator 'conv_ulp'; valid: softmax_ulp")]
    [InlineData("{\"tolerances\": {\"softmax_ulp\": -1}}", "tolerances: softmax_ulp '-1' is not a whole number of 0 to 1024")]
    [InlineData("{\"seed\": 1, \"seed\": 2}", "seed: is there twice")]
    [InlineData("{\"tolerances\": {\"softmax_ulp\": 1, \"softmax_ulp\": 2}}", "tolerances: has softmax_ulp twice")]
    [InlineData("{\"models\": [\"nosuch\"]}", "models: unknown network 'nosuch'; valid: resnet18, ")]
    [InlineData("{\"modes\": [\"gpu\"]}", "modes: unknown mode 'gpu'; valid: dma, cache, all")]
    [InlineData("{\n\"seed\" 1}", "line 2, byte 8: is not JSON")]
    public void Read_Mistake_OneLineWithItsPlace(string text, string expected)
    {
        FixtureException exception = Assert.Throws<FixtureException>(() => Read(text));
        Assert.StartsWith($"{folder["tileproof.json"]}: {expected}", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    /// <summary>A path is one item, whatever is in it; names are taken as on the command line.</summary>
    [Fact]
    public void Read_ModelsWithCommasAndNames_AreEachOne()
    {
        string below = Directory.CreateDirectory(folder["a,b"]).FullName;
        string file = Path.Combine(below, ProjectFile.CustomaryName);
        File.WriteAllText(file, """{ "models": ["ResNet18", "my,own.onnx", "all", "../other.pte"] }""");
        Assert.Equal(
            ["resnet18", Path.Combine(below, "my,own.onnx"), "resnet34", "resnet50", "resnet101", "mobilenetv2", Path.Combine(below, "../other.pte")], ProjectFile.Read(file).Networks);
    }

    /// <summary>A file of plans brings its bank settings, unless the project or the command line names others.</summary>
    [Theory]
    [InlineData("{ \"banks\": [\"16k\", \"16384x8192\"] }", "16k 16384x8192")]
    [InlineData("{ \"banks\": [\"16k\", \"16384x8192\"] }", "8k", "--banks", "8k")]
    [InlineData("{ }", "")]
    public void Banks_WithPlans_AreThoseOfTheProject(string text, string expected, params string[] args)
    {
        Read(text);
        using var line = new CommandLine();
        Assert.Equal(ExitCode.Proven, line.Invoke(["verify", "--project", folder[ProjectFile.CustomaryName], "--plans", "plans.json", .. args]));
        Assert.Equal(expected, string.Join(' ', line.Options!.Banks));
    }

    [Fact]
    public void Read_MissingFile_SaysSo() =>
        Assert.Equal("nothing.json: cannot be read: the file does not exist", Assert.Throws<FixtureException>(() => ProjectFile.Read("nothing.json")).Message);

    public void Dispose() => folder.Dispose();

    private VerifyOptions Read(string text)
    {
        File.WriteAllText(folder[ProjectFile.CustomaryName], text);
        return ProjectFile.Read(folder[ProjectFile.CustomaryName]);
    }
}
