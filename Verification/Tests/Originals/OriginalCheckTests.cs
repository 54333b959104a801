using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Import;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Kernels;
using TileProof.Kernels.Devices;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Import;
using TileProof.Tests.Support;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Originals;

namespace TileProof.Tests.Originals;

/// <summary>An import that went wrong in one place is found there, and nowhere else.</summary>
public sealed class OriginalCheckTests
{
    private static readonly ImportedModel Sample = OnnxModel.Read("sample.onnx", OnnxModelWriter.Write(SampleNetwork.Create(batch: 2)), folder: null);

    [Fact]
    public void OfQuantized_RightImport_EveryValueOfTheFileAgrees()
    {
        OriginalResult result = Compare(Sample.Network!);
        Assert.Equal((0, null, null), (result.Unlike, result.Failure, result.Refusal));
        Assert.Equal(Sample.Network!.Calls.Select(static call => call.Name), result.Of(OriginalComparison.Import).Select(static row => row.Call));
        Assert.Equal(["softmax"], result.Rows.Where(static row => row.IsOutput && row.Comparison == "import").Select(static row => row.Call));
    }

    [Theory]
    [InlineData("conv1", 0)]
    [InlineData("conv1", 700)]
    [InlineData("conv1", -1)]
    [InlineData("block.conv1", 0)]
    [InlineData("block.conv1", -1)]
    [InlineData("fc", 0)]
    [InlineData("fc", 21)]
    [InlineData("fc", -1)]
    public void OfQuantized_OneWrongWeight_NamesTheCall(string name, int index) => AssertFoundIn(name, call => call switch
    {
        Conv2dCall conv => conv with { Weights = Changed(conv.Weights, index) },
        _ => (QuantizedLinearCall)call with { Weights = Changed(((QuantizedLinearCall)call).Weights, index) },
    });

    [Fact]
    public void OfQuantized_WrongParameters_NamesTheCall()
    {
        AssertFoundIn("conv1", static call => (Conv2dCall)call with { Bias = [.. ((Conv2dCall)call).Bias.Select(static bias => bias + 4000)] });
        AssertFoundIn("conv1", static call => (Conv2dCall)call with { WeightScales = [((Conv2dCall)call).WeightScales[0] * 1.05f] });
        AssertFoundIn("fc", static call => (QuantizedLinearCall)call with { OutputShift = ((QuantizedLinearCall)call).OutputShift - 1 });
        AssertFoundIn("relu1", static call => (QuantizedReluCall)call with { OutputShift = ((QuantizedReluCall)call).OutputShift + 1 });
        AssertFoundIn("maxpool", static call => (MaxPool2dCall)call with { Shape = MaxPool2dShape.Create(8, 8, 8, 2, 2, 2, 0) });
    }

    [Fact]
    public void OfQuantized_ValueOfAnotherSize_IsNotPassedOver()
    {
        OriginalModel other = OnnxModel.Read("sample.onnx", OnnxModelWriter.Write(SampleNetwork.Create(batch: 3)), folder: null).Original!;
        using var host = new OnnxRuntimeGolden();
        Tensor images = SampleNetwork.Images(TensorShape.FromNchw(3, 3, 16, 16));
        OriginalResult result = OriginalCheck.OfQuantized(Sample.Network!, other, images, [], host);
        Assert.NotNull(result.Failure);
        Assert.Equal(1, result.Unlike);
    }

    [Fact]
    public void OfQuantized_GoldensOfTheDsp_ReportedInLevelsUpToTheOutput()
    {
        using var engines = new GoldenEngines(new DataParallelEngine(DeviceCatalog.Open(DeviceChoice.Host)));
        Tensor image = SampleNetwork.Images(Sample.Network!.Input.Shape);
        IReadOnlyList<GoldenCall> goldens = NetworkGolden.Compute(Sample.Network, image, engines, new VerifyOptions(), CancellationToken.None);
        OriginalResult result = OriginalCheck.OfQuantized(Sample.Network, Sample.Original!, image, goldens, engines.OnnxRuntime);
        OriginalRow[] rows = [.. result.Of(OriginalComparison.Dsp)];
        Assert.Equal(goldens.Count, rows.Length);
        Assert.Equal(["softmax"], rows.Where(static row => row.Unit != "level").Select(static row => row.Call));
        Assert.All(rows.Where(static row => row.Unit == "level"), static row => Assert.InRange(row.Largest, 0, 4));
        Assert.Contains(rows, static row => row.One > 0);
        Assert.Contains("fc.dequantize is ", OriginalReport.Distance(result)!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(161)]
    public void OfFloat_OneWrongWeight_NamesTheNode(int index)
    {
        ImportedModel imported = OnnxModel.Read("m.onnx", OnnxModelTests.Classifier(), folder: null);
        FloatNetwork network = imported.FloatNetwork!;
        FloatNode[] nodes = [.. network.Nodes.Select(node => node is FloatConv2d conv ? conv with { Weights = Nudged(conv.Weights, index) } : node)];
        var wrong = new FloatNetwork(network.Name, network.InputName, network.InputShape, nodes);
        Tensor image = SampleNetwork.Images(network.InputShape);
        Assert.Equal(0, OriginalCheck.OfFloat("m", network, imported.Original!, image).Unlike);
        OriginalResult result = OriginalCheck.OfFloat("m", wrong, imported.Original!, image);
        Assert.StartsWith("m bn (Conv2d), value 'bn': ", OriginalReport.DescribeFirst(result), StringComparison.Ordinal);
    }

    [Fact]
    public void OfQuantized_FileThatOnnxRuntimeRefuses_SaysSo()
    {
        // Signed levels: the standard allows them, ONNX Runtime has no kernel for them.
        ImportedModel imported = OnnxModel.Read("m.onnx", ModelParts.Quantized(10, [3, 24], static (graph, x) => x with
        {
            Name = graph.AddNode(
                "QLinearMatMul",
                [
                    x.Name, x.Scale, x.ZeroPoint, graph.AddInitializer<sbyte>("w", ModelParts.Levels(24, 5), 24, 5), graph.AddScalar(0.004f), graph.AddScalar((sbyte)0),
                    x.Scale, x.ZeroPoint,
                ]),
        }), folder: null);
        OriginalResult result = OriginalFile.Compare(imported);
        Assert.NotNull(result.Refusal);
        Assert.DoesNotContain('\n', result.Refusal);
        Assert.Equal(0, result.Unlike);
    }

    [Fact]
    public void Read_DataBesideTheFile_IsRunWithIt()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["model.onnx"], OnnxBytes.MoveInitializersToFile(OnnxModelTests.Classifier(), folder["weights.bin"]));
        ImportedModel imported = ModelImporter.Read(folder["model.onnx"]);
        OriginalResult result = OriginalFile.Compare(imported);
        Assert.Equal((0, null, null), (result.Unlike, result.Failure, result.Refusal));
        Assert.NotEmpty(result.Rows);
    }

    private static sbyte[] Changed(sbyte[] weights, int index)
    {
        sbyte[] changed = [.. weights];
        int place = index < 0 ? changed.Length + index : index;
        changed[place] = (sbyte)(changed[place] > 0 ? changed[place] - 128 : changed[place] + 127);
        return changed;
    }

    private static float[] Nudged(float[] weights, int index)
    {
        float[] changed = [.. weights];
        changed[index] += 1e-4f;
        return changed;
    }

    private static void AssertFoundIn(string name, Func<OperatorCall, OperatorCall> change)
    {
        Network network = Sample.Network!;
        var wrong = new Network(network.Name, network.Input, [.. network.Calls.Select(call => call.Name == name ? change(call) : call)]);
        OriginalResult result = Compare(wrong);
        Assert.Equal([name], result.Rows.Where(static row => !row.IsKept).Select(static row => row.Call));
        Assert.Equal(1, result.Unlike);
        Assert.StartsWith($"sample {name} (", OriginalReport.DescribeFirst(result), StringComparison.Ordinal);
    }

    private static OriginalResult Compare(Network network)
    {
        using var host = new OnnxRuntimeGolden();
        return OriginalCheck.OfQuantized(network, Sample.Original!, SampleNetwork.Images(network.Input.Shape), [], host);
    }
}
