using System.Text.Json;
using TileProof.Cli;
using TileProof.Cli.Progress;
using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Export.Pte;
using TileProof.Golden.Onnx;
using TileProof.Operators;
using TileProof.Tests.Import;
using TileProof.Tests.Support;
using TileProof.Verification;

namespace TileProof.Tests.Cli;

/// <summary>The commands that take models, from the command line to their files.</summary>
public sealed class ModelCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    public ModelCommandTests()
    {
        File.WriteAllBytes(folder["sample.onnx"], OnnxModelWriter.Write(SampleNetwork.Create()));
        File.WriteAllBytes(folder["sample.pte"], PteModelWriter.Write(SampleNetwork.Create()));
        File.WriteAllBytes(folder["float.onnx"], OnnxModelTests.Classifier());
    }

    [Fact]
    public void Verify_OnnxAndPteOfOneNetwork_ProvenWithTheSameHashes()
    {
        string[] onnx = VerifiedHashes("sample.onnx");
        string[] pte = VerifiedHashes("sample.pte");
        Assert.Equal(SampleNetwork.Create().Calls.Count, onnx.Length);
        Assert.Equal(onnx, pte);
    }

    // The file knows neither of the other: both networks have the name that the model states.
    [Fact]
    public void Tune_TwoModelsOfOneName_AreTwoNetworks()
    {
        string[] arguments = ["tune", "--networks", $"{folder["sample.onnx"]},{folder["sample.pte"]}", "--banks", "8k", "--no-bank-sizes", "--out", folder["reports"]];
        Assert.Equal(ExitCode.Proven, Invoke(arguments));
        string name = SampleNetwork.Create().Name;
        string[] networks = [.. File.ReadLines(folder["reports/tuning_modes.csv"]).Skip(1).Select(static line => line.Split(',')[0]).Distinct()];
        Assert.Equal([name, $"{name} ({folder["sample.pte"]})"], networks);
    }

    [Fact]
    public void Tune_NoTiledKernel_IsRefusedUnlessAnotherNetworkHasOne()
    {
        Network sample = SampleNetwork.Create();
        File.WriteAllBytes(folder["quantize.onnx"], OnnxModelWriter.Write(new Network("quantize", sample.Input, [sample.Calls[0]])));
        Assert.Equal(ExitCode.BadInput, Invoke("tune", "--networks", folder["quantize.onnx"], "--banks", "8k", "--out", folder["reports"]));
        Assert.Contains("there is nothing to tune", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Proven, Invoke("tune", "--networks", $"{folder["quantize.onnx"]},{folder["sample.onnx"]}", "--banks", "8k", "--out", folder["reports"]));
        Assert.All(["tuning.csv", "tuning_modes.csv", "bank_sizes.csv"], name => Assert.All(File.ReadLines(folder[$"reports/{name}"]).Skip(1), static line => Assert.StartsWith("sample,", line, StringComparison.Ordinal)));
    }

    [Fact]
    public void Verify_FloatModel_QuantizedAndProven() =>
        Assert.Equal(ExitCode.Proven, Invoke("verify", "--networks", folder["float.onnx"], "--banks", "8k", "--landing", "at-wait", "--images", "1", "--out", folder["reports"]));

    [Fact]
    public void Verify_OperatorWithoutCounterpart_ProvenOnlyWithFallback()
    {
        File.WriteAllBytes(folder["float.onnx"], OnnxFallbackTests.FloatModel());
        File.WriteAllBytes(folder["sample.onnx"], OnnxFallbackTests.QuantizedModel());
        string[] arguments = ["verify", "--networks", $"{folder["float.onnx"]},{folder["sample.onnx"]}", "--banks", "8k", "--landing", "at-wait", "--out", folder["reports"]];
        Assert.Equal(ExitCode.BadInput, Invoke(arguments));
        Assert.Equal(ExitCode.Proven, Invoke([.. arguments, "--allow-fallback", "--adversarial", "3"]));
    }

    /// <summary>Files of other kinds are named by their first bytes on every command that takes a model.</summary>
    [Theory]
    [InlineData("FT01", "x.ptd", "is tensor data beside an ExecuTorch program")]
    [InlineData("BP08", "x.bpte", "is a bundled program (.bpte)")]
    [InlineData("TFL3", "x.tflite", "is a TensorFlow Lite model")]
    public void EveryCommand_FileOfAnotherKind_IsNamed(string identifier, string name, string kind)
    {
        File.WriteAllBytes(folder[name], [8, 0, 0, 0, .. System.Text.Encoding.ASCII.GetBytes(identifier), 0, 0, 0, 0]);
        foreach (string[] command in (string[][])[["support"], ["verify", "--networks"], ["networks"], ["plan", "--networks"], ["tune", "--networks"], ["export-vectors", "--networks"], ["export-header", "--networks"]])
        {
            Assert.Equal(ExitCode.BadInput, Invoke([.. command, folder[name]]));
            Assert.Contains(kind, error.ToString() + output, StringComparison.Ordinal);
        }
    }

    /// <summary>What a float network makes of its images may be no number, which no levels span.</summary>
    [Fact]
    public void Verify_ValueThatIsNoNumber_IsNamed()
    {
        File.WriteAllBytes(folder["float.onnx"], ModelParts.Float(13, [1, 3, 5, 4], static graph => graph.AddNode("Relu", [graph.AddNode("Log", [graph.AddNode("Sub", ["x", graph.AddScalar(100f)])])])));
        Assert.Equal(ExitCode.BadInput, Invoke("verify", "--networks", folder["float.onnx"], "--banks", "8k", "--allow-fallback", "--out", folder["reports"]));
        Assert.Contains("holds NaN for an image of the calibration", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("not possible", error.ToString(), StringComparison.Ordinal);
    }

    // Such an operator was made for the batch of the file: a calibration image by image would not fit it.
    [Fact]
    public void Verify_FallbackWithAFixedBatch_ProvenWithThatBatch()
    {
        File.WriteAllBytes(folder["float.onnx"], OnnxBytes.Change(OnnxFallbackTests.FloatModel(), static model => model.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = 2));
        Assert.Equal(ExitCode.Proven, Invoke("verify", "--networks", folder["float.onnx"], "--banks", "8k", "--landing", "at-wait", "--allow-fallback", "--out", folder["reports"]));
    }

    // Windows that meet nothing but padding: the tiled programs cannot hold them, so the generic kernel computes them.
    [Theory]
    [InlineData(3, 3)]
    [InlineData(3, 40)]
    [InlineData(1, 1)]
    public void Verify_PaddingAsLargeAsTheKernel_Proven(int kernel, int padding)
    {
        var graph = new OnnxGraphBuilder("padded");
        graph.AddInput("x", OnnxElementType.Float32, 1, 3, 7, 5);
        string weights = graph.AddInitializer<float>("w", [.. Enumerable.Range(0, 4 * 3 * kernel * kernel).Select(static index => (index % 7) - 2.5f)], 4, 3, kernel, kernel);
        graph.AddNamedNode("y", "Conv", ["x", weights], OnnxAttributeValue.Ints("pads", padding, padding, padding, padding));
        graph.AddOutput("y", OnnxElementType.Float32);
        File.WriteAllBytes(folder["float.onnx"], OnnxBytes.Build(graph));
        Assert.Equal(ExitCode.Proven, Invoke("verify", "--networks", folder["float.onnx"], "--banks", "8k", "--landing", "at-wait", "--images", "1", "--out", folder["reports"]));
    }

    [Theory]
    [InlineData("networks")]
    [InlineData("plan")]
    [InlineData("export-header")]
    [InlineData("export-vectors")]
    [InlineData("export-model")]
    [InlineData("compare-log")]
    [InlineData("support")]
    public void Help_EveryCommand_HasExamples(string command)
    {
        Assert.Equal(ExitCode.Proven, Invoke(command, "--help"));
        Assert.Contains($"Examples:\n  tileproof {command}", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_NoModel_ListsTheNames()
    {
        Invoke("networks");
        Assert.Equal("resnet18\nresnet34\nresnet50\nresnet101\nmobilenetv2\nresnet18-imagenet\n", output.ToString());
    }

    [Fact]
    public void Networks_ModelAsJson_ListsItsCalls()
    {
        Assert.Equal(ExitCode.Proven, Invoke("networks", folder["sample.onnx"], "--json"));
        using JsonDocument document = JsonDocument.Parse(output.ToString());
        Assert.Equal(SampleNetwork.Create().Calls.Select(static call => call.Name), document.RootElement.GetProperty("calls").EnumerateArray().Select(static call => call.GetProperty("name").GetString()));
    }

    [Fact]
    public void Networks_SeveralModels_ListsEach()
    {
        string models = $"{folder["sample.onnx"]},{folder["sample.pte"]}";
        Assert.Equal(ExitCode.Proven, Invoke("networks", models));
        Assert.Equal(2, output.ToString().Split('\n').Count(static line => line.EndsWith(" multiply-accumulates", StringComparison.Ordinal)));
        Assert.Equal(ExitCode.Proven, Invoke("networks", models, "--json"));
        using JsonDocument document = JsonDocument.Parse(output.ToString());
        Assert.Equal(["sample", $"sample ({folder["sample.pte"]})"], document.RootElement.EnumerateArray().Select(static network => network.GetProperty("name").GetString()));
    }

    /// <summary>What is listed is what runs: other modes are left out, landing policies are named, recorded layers come before the networks.</summary>
    [Fact]
    public void Verify_List_LeavesOutWhatDoesNotRun()
    {
        string[] arguments = ["verify", "--list", "--networks", folder["sample.onnx"], "--layers", "conv1", "--banks", "8k,cache"];
        Assert.Equal(["8k", "cache"], ListedBanks([.. arguments, "--landing", "at-wait,random"]));
        Assert.All(output.ToString().TrimEnd('\n').Split('\n'), static line => Assert.EndsWith("; landing at-wait, random", line, StringComparison.Ordinal));
        Assert.Equal(["8k"], ListedBanks([.. arguments, "--modes", "dma"]));
        Assert.Equal(["cache"], ListedBanks([.. arguments, "--modes", "cache"]));

        Assert.Equal(ExitCode.Proven, Invoke("export-vectors", "--networks", folder["sample.onnx"], "--layers", "conv1", "--format", "bin", "--out", folder["vectors"]));
        Assert.Equal(["8k"], ListedBanks("verify", "--list", "--vectors", folder["vectors"], "--banks", "8k,cache", "--modes", "dma"));
        Assert.Equal(["8k", "8k"], ListedBanks([.. arguments, "--vectors", folder["vectors"], "--modes", "dma"]));
        Assert.Equal(ExitCode.BadInput, Invoke("verify", "--list", "--vectors", folder["vectors"], "--banks", "cache", "--modes", "dma"));
        Assert.Contains("nothing runs in mode dma without local memory; give banks, or mode cache", error.ToString(), StringComparison.Ordinal);

        string[] ListedBanks(params string[] args)
        {
            Assert.Equal(ExitCode.Proven, Invoke(args));
            return [.. output.ToString().TrimEnd('\n').Split('\n').Select(static line => line.Split(" banks ")[1].Split(':')[0])];
        }
    }

    [Fact]
    public void Plan_AsJson_HoldsEveryStructField()
    {
        Assert.Equal(ExitCode.Proven, Invoke("plan", "--networks", folder["sample.pte"], "--banks", "4k,8k", "--json"));
        using JsonDocument document = JsonDocument.Parse(output.ToString());
        Assert.Equal(["4k", "8k"], document.RootElement.EnumerateArray().Select(static bank => bank.GetProperty("bank").GetString()));
        JsonElement first = document.RootElement[0].GetProperty("convolutions")[0];
        Assert.Equal("3_16_16_8_7_7_8_8_2_2_3_1", first.GetProperty("config_key").GetString());
        Assert.True(first.GetProperty("n_tile_size").GetInt32() > 0);
    }

    [Fact]
    public void ExportHeader_PublishedNetworks_TwentyNineConvolutionsInPublishedOrder()
    {
        Assert.Equal(ExitCode.Proven, Invoke("export-header", "--networks", "resnet18,resnet50", "--banks", "61k", "-o", folder["layer_configs.h"]));
        string[] keys = [.. File.ReadLines(folder["layer_configs.h"]).Where(static line => line.Contains(".config_key = \"", StringComparison.Ordinal)).Select(static line => line.Split('"')[1])];
        string[] published = [.. PublishedTable.Read("tile_plans_conv.csv").Rows.Where(static row => row["dram0"] == "62976")
            .OrderBy(static row => int.Parse(row["layer_id"], System.Globalization.CultureInfo.InvariantCulture)).Select(static row => row["config_key"])];
        Assert.Equal([.. published, "64_32_32_3_3_2_2_1_1"], keys);
    }

    [Fact]
    public void ExportModel_EveryForm_ImportsAgain()
    {
        foreach ((string form, string file) in new[] { ("qdq", "again.onnx"), ("pte", "again.pte") })
        {
            Assert.Equal(ExitCode.Proven, Invoke("export-model", "--networks", folder["sample.onnx"], "--form", form, "-o", folder[file]));
            Assert.Equal(ExitCode.Proven, Invoke("networks", folder[file]));
        }

        Assert.Equal(ExitCode.BadInput, Invoke("export-model", "--networks", folder["sample.onnx"], "--form", "float", "-o", folder["none.onnx"]));
        Assert.False(File.Exists(folder["none.onnx"]));
    }

    [Fact]
    public void ExportVectors_OneLayer_WritesAllForms()
    {
        Assert.Equal(ExitCode.Proven, Invoke("export-vectors", "--networks", folder["sample.onnx"], "--layers", "conv1", "--out", folder["vectors"]));
        Assert.Equal(11, folder.Files.Count(static file => file.StartsWith("vectors", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("[1, 2, 3]", ExitCode.Proven)]
    [InlineData("[3, 2, 1]", ExitCode.NotProven)]
    public void CompareLog_AgainstAnotherLog_ExitCodeSaysWhetherItIsAcceptable(string elements, int expected)
    {
        File.WriteAllText(folder["a.log"], "tensor(sizes=[1, 3], [1, 2, 3])");
        File.WriteAllText(folder["b.log"], $"tensor(sizes=[1, 3], {elements})");
        Assert.Equal(expected, Invoke("compare-log", folder["b.log"], "--against", folder["a.log"], "--json"));
    }

    [Fact]
    public void Support_ModelThatIsRefused_EveryNodeAndTheExitCodeOfVerify()
    {
        File.WriteAllBytes(folder["twice.onnx"], ModelParts.Float(13, [1, 3, 5, 4], static graph => graph.AddNode("Elu", [graph.AddNode("Sigmoid", ["x"])])));
        Assert.Equal(ExitCode.BadInput, Invoke("support", folder["twice.onnx"]));
        Assert.StartsWith($"{folder["twice.onnx"]}: not supported: 2 of 2 nodes\n   1 x Sigmoid: is not supported\n       nearest supported form: Relu\n       with --allow-fallback 1 of 1", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, Invoke("support", folder["twice.onnx"], "--json"));
        using JsonDocument document = JsonDocument.Parse(output.ToString());
        Assert.False(document.RootElement.GetProperty("supported").GetBoolean());
        Assert.Equal(["Sigmoid", "Elu"], document.RootElement.GetProperty("obstacles").EnumerateArray().Select(static obstacle => obstacle.GetProperty("operator").GetString()));
        Assert.Equal(ExitCode.Proven, Invoke("support", folder["sample.onnx"]));
        Assert.Equal($"{folder["sample.onnx"]}: supported\n", output.ToString());
        Assert.Equal(ExitCode.BadInput, Invoke("support", folder["missing.onnx"]));
        Assert.Equal(ExitCode.BadInput, Invoke("support", "resnet18"));
    }

    // Two convolutions whose bias is computed: the refusal names the first, and says that there is another.
    [Fact]
    public void Networks_SeveralNodesStopTheImport_SaysHowManyMore()
    {
        File.WriteAllBytes(folder["m.onnx"], OnnxBytes.Change(OnnxModelWriter.Write(SampleNetwork.Create()), static model =>
        {
            foreach (TileProof.Golden.Onnx.Schema.NodeProto node in model.Graph.Node.Where(static node => node.OpType == "Conv").Take(2))
            {
                node.Input[2] = node.Input[0];
            }
        }));
        Assert.Equal(ExitCode.BadInput, Invoke("networks", folder["m.onnx"]));
        Assert.EndsWith("; 1 more node stops the import, which 'tileproof support' lists\n", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_BrokenModel_OneLineAndBadInput()
    {
        File.WriteAllText(folder["broken.onnx"], "hello");
        Assert.Equal(ExitCode.BadInput, Invoke("networks", folder["broken.onnx"]));
        Assert.StartsWith($"tileproof: {folder["broken.onnx"]}: file: is not an ONNX model", error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().TrimEnd('\n').Split('\n'));
    }

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
        error.Dispose();
    }

    private string[] VerifiedHashes(string model)
    {
        Assert.Equal(ExitCode.Proven, Invoke("verify", "--networks", folder[model], "--banks", "8k", "--landing", "at-wait", "--images", "0", "--out", folder[$"{model} reports"]));
        using var reader = new StreamReader(folder[$"{model} reports", "conformance.csv"]);
        using var csv = new CsvHelper.CsvReader(reader, System.Globalization.CultureInfo.InvariantCulture);
        return [.. csv.GetRecords<dynamic>().Select(static row => (string)row.output_hash)];
    }

    private int Invoke(params string[] args)
    {
        output.GetStringBuilder().Clear();
        return CommandLineApplication.Invoke(args, new CommandContext { Output = output, Error = error, Progress = new PlainProgress(TextWriter.Null) });
    }
}
