using TileProof.Golden.Quantization;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Cli;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Options;

namespace TileProof.Tests.Project;

/// <summary>A setting that was given and cannot apply is refused with one line; the same value as a default never is.</summary>
public sealed class IneffectiveOptionsTests
{
    [Theory]
    [InlineData("--images has no effect with chosen layers: accuracy is measured on whole networks; give 0 images, or choose no layers", "--images", "4", "--layers", "conv1")]
    [InlineData("--landing has no effect without local memory: nothing is transferred; leave it out, or give banks", "--banks", "cache", "--landing", "at-wait")]
    [InlineData("--landing has no effect in mode cache: nothing is transferred; leave it out, or run mode dma too", "--modes", "cache", "--landing", "random")]
    [InlineData("--batch has no effect on recorded layers, which bring their own settings; leave it out, or name --networks too", "--vectors", "x", "--batch", "1")]
    [InlineData("--input has no effect on recorded layers, which bring their own settings; leave it out, or name --networks too", "--vectors", "x", "--input", "64")]
    [InlineData("--layers has no effect on recorded layers, which bring their own settings; leave it out, or name --networks too", "--vectors", "x", "--layers", "a")]
    [InlineData("--derivation has no effect on recorded layers, which bring their own settings; leave it out, or name --networks too", "--vectors", "x", "--derivation", "l1-norm")]
    [InlineData("--calibration has no effect on recorded layers, which bring their own settings; leave it out, or name --networks too", "--vectors", "x", "--calibration", "min-max")]
    [InlineData("--per-channel has no effect on recorded layers, which bring their own settings; leave it out, or name --networks too", "--vectors", "x", "--per-channel")]
    [InlineData("--images has no effect on recorded layers, which bring their own settings; leave it out, or name --networks too", "--vectors", "x", "--images", "1")]
    [InlineData("--adversarial has no effect on recorded layers, which bring their own settings; leave it out, or name --networks too", "--vectors", "x", "--adversarial", "1")]
    [InlineData("--allow-fallback has no effect on recorded layers, which bring their own settings; leave it out, or name --networks too", "--vectors", "x", "--allow-fallback")]
    [InlineData("--seed has no effect on recorded layers whose transfers do not land at random; leave it out, or name --landing random", "--vectors", "x", "--seed", "3", "--landing", "at-wait,modelled")]
    public void Refuse_OptionWithoutEffect_IsOneLine(string message, params string[] args)
    {
        using var line = new CommandLine();
        line.Invoke(["verify", .. args]);
        Assert.Equal(message, Assert.Throws<UserInputException>(() => IneffectiveOptions.Refuse(line.Options!)).Message);
    }

    [Theory]
    [InlineData]
    [InlineData("--images", "0", "--layers", "conv1")]
    [InlineData("--banks", "cache")]
    [InlineData("--banks", "cache,4k", "--landing", "at-wait")]
    [InlineData("--modes", "cache")]
    [InlineData("--modes", "cache,dma", "--landing", "random")]
    [InlineData("--vectors", "x", "--landing", "random", "--seed", "3", "--banks", "4k", "--modes", "dma", "--programs", "published", "--threads", "2")]
    [InlineData("--vectors", "x", "--images", "0", "--adversarial", "0")]
    [InlineData("--vectors", "x", "--networks", "resnet18", "--batch", "2")]
    public void Refuse_OptionsWithEffect_AreTaken(params string[] args)
    {
        using var line = new CommandLine();
        line.Invoke(["verify", .. args]);
        IneffectiveOptions.Refuse(line.Options!);
    }

    /// <summary>A model file that came quantized: its input, batch and quantization are its own.</summary>
    [Theory]
    [InlineData("--batch has no effect on sample, whose batch is 1; leave it out", "--batch", "3")]
    [InlineData("--input has no effect on sample, whose input is 16x16; leave it out", "--input", "16x17")]
    [InlineData("--input has no effect on sample, whose input is 16x16; leave it out", "--input", "17x16")]
    [InlineData("--calibration has no effect on sample, which is quantized already; leave it out", "--calibration", "min-max")]
    [InlineData("--per-channel has no effect on sample, which is quantized already; leave it out", "--per-channel")]
    [InlineData("--images has no effect on sample, which has no float form to compare with; leave it out", "--images", "32")]
    public void Refuse_OnAQuantizedFile_IsOneLine(string message, params string[] args) => RequireRefused(message, new NetworkSource(SampleNetwork.Create(), null, 1) { CameQuantized = true }, args);

    [Fact]
    public void Refuse_AnyNetworkOfSeveral_IsNamed()
    {
        using var line = new CommandLine();
        line.Invoke("verify", "--batch", "2");
        NetworkSource[] sources = [new(SampleNetwork.Create(batch: 2), null, 1), new(SampleNetwork.Create(batch: 1).WithName("last"), null, 1)];
        Assert.Contains(" on last, whose batch is 1", Assert.Throws<UserInputException>(() => IneffectiveOptions.Refuse(line.Options!, sources)).Message, StringComparison.Ordinal);
        IneffectiveOptions.Refuse(line.Options!, sources[..1]);
    }

    /// <summary>A network of one quantization: no convolution, no softmax.</summary>
    [Theory]
    [InlineData("--derivation has no effect on small, which has no convolution with a tiled kernel; leave it out", "--derivation", "worst-case")]
    [InlineData("--per-channel has no effect on small, which has no convolution; leave it out", "--per-channel")]
    [InlineData("--allow-fallback has no effect on small, which is built in and needs none; leave it out", "--allow-fallback")]
    public void Refuse_OnANetworkWithoutSuchCalls_IsOneLine(string message, params string[] args) => RequireRefused(message, Small() with { Recipe = "built in" }, args);

    [Fact]
    public void Refuse_ImagesWhereCallsRunOnTheHost_IsOneLine()
    {
        Network network = Small().Network;
        var fallback = new OnnxFallbackCall { Index = 0, Name = "host", OperatorType = "LeakyRelu", Inputs = [network.Input], Output = network.Output, Model = [] };
        RequireRefused("--images has no effect on small, since calls of it run on the host; leave it out", new NetworkSource(new Network("small", network.Input, [fallback]), null, 1), "--images", "2");
    }

    /// <summary>Defaults are not refused, and what was given with the value that the file has anyway is none either.</summary>
    [Fact]
    public void Refuse_DefaultsAndTheSameValues_AreTaken()
    {
        IneffectiveOptions.Refuse(new VerifyOptions(), [Small() with { Recipe = "built in", CameQuantized = true }]);
        using var line = new CommandLine();
        line.Invoke("verify", "--batch", "1", "--input", "16x16", "--images", "0", "--derivation", "l1-norm");
        IneffectiveOptions.Refuse(line.Options!, [new NetworkSource(SampleNetwork.Create(), null, 1) { CameQuantized = true }]);
    }

    /// <summary>Settings of a project file are given too; the command line goes before them, and keeps those that it does not name.</summary>
    [Fact]
    public void Refuse_SettingsOfAProjectFile_NameTheirField()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tileproof.json"], """{ "models": ["resnet18"], "images": 8, "tolerances": { "softmax_ulp": 3 }, "batch": 2 }""");
        using var line = new CommandLine();
        line.Invoke("verify", "--project", folder["tileproof.json"], "--layers", "conv1");
        VerifyOptions options = line.Options!;
        Assert.Equal(3, options.SoftmaxToleranceUlp);
        Assert.StartsWith($"{folder["tileproof.json"]}: images has no effect with chosen layers", Assert.Throws<UserInputException>(() => IneffectiveOptions.Refuse(options)).Message, StringComparison.Ordinal);
        string message = Assert.Throws<UserInputException>(() => IneffectiveOptions.Refuse(options with { AccuracyImages = 0, Batch = 1 }, [Small()])).Message;
        Assert.Equal($"{folder["tileproof.json"]}: tolerances has no effect on small, which has no softmax; leave it out", message);
        line.Invoke("verify", "--project", folder["tileproof.json"], "--vectors", "x");
        IneffectiveOptions.Refuse(line.Options!);
        line.Invoke("verify", "--project", folder["tileproof.json"], "--vectors", "x", "--batch", "4");
        Assert.StartsWith("--batch has no effect on recorded layers", Assert.Throws<UserInputException>(() => IneffectiveOptions.Refuse(line.Options!)).Message, StringComparison.Ordinal);
    }

    /// <summary>The run itself refuses before it writes anything, also when it only lists.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Execute_OptionWithoutEffect_IsRefused(bool listOnly)
    {
        using var folder = new TemporaryFolder();
        var options = new VerifyOptions
        {
            Networks = ["resnet18"],
            InputHeight = 16,
            InputWidth = 16,
            AllowFallback = true,
            AccuracyImages = 0,
            Given = new Dictionary<string, string> { [nameof(VerifyOptions.AllowFallback)] = "--allow-fallback" },
            OutputFolder = folder.FullPath,
            ListOnly = listOnly,
        };
        using var output = new StringWriter();
        Assert.Equal(
            "--allow-fallback has no effect on resnet18, which is built in and needs none; leave it out",
            Assert.Throws<UserInputException>(() => ConformanceRun.Execute(options, new RecordedProgress(), output, CancellationToken.None)).Message);
        Assert.Empty(folder.Files);
        Assert.Empty(output.ToString());
    }

    /// <summary>The settings that reports print are those of the networks as loaded.</summary>
    [Fact]
    public void SettingsOf_FilesWithSettingsOfTheirOwn_SaysTheirs()
    {
        var options = new VerifyOptions { InputHeight = 224, InputWidth = 200, Batch = 3, Calibration = CalibrationMethod.Percentile };
        Assert.StartsWith("input 224x200, batch 3, seed default, derivation l1-norm, calibration percentile, weights per tensor, programs corrected", options.Settings, StringComparison.Ordinal);
        Assert.StartsWith(
            "input 16x16 and 2x3, batch 1, seed default, derivation l1-norm, quantization of the file and calibration percentile, weights per tensor, programs",
            options.SettingsOf([new NetworkSource(SampleNetwork.Create(), null, 1) { CameQuantized = true }, Small()]),
            StringComparison.Ordinal);
    }

    private static NetworkSource Small()
    {
        var input = new TensorInfo("input", TensorShape.FromNchw(1, 4, 2, 3), ElementType.Float32, null);
        var output = new TensorInfo("output", input.Shape, ElementType.Int8, QuantizationParameters.FromScale(0.5f, 3));
        return new NetworkSource(new Network("small", input, [new QuantizePerTensorCall { Index = 0, Name = "quantize", Inputs = [input], Output = output }]), null, 1);
    }

    private static void RequireRefused(string message, NetworkSource source, params string[] args)
    {
        using var line = new CommandLine();
        line.Invoke(["verify", .. args]);
        Assert.Equal(message, Assert.Throws<UserInputException>(() => IneffectiveOptions.Refuse(line.Options!, [source])).Message);
    }
}
