using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Export.Pte;
using TileProof.Golden.Import;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Import.Pte;
using TileProof.Golden.Networks;
using TileProof.Golden.Onnx.Schema;
using TileProof.Golden.OnnxRuntime;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using static TileProof.Golden.Onnx.OnnxAttributeValue;

namespace TileProof.Tests.Import;

/// <summary>Models with several outputs: each is a value of the network, compared with the file, and keeps its place in memory to the end.</summary>
public sealed class OnnxOutputTests
{
    [Fact]
    public void Float_TwoOutputs_EachAsTheFile()
    {
        byte[] model = WithOutput("first", ModelParts.Float(17, [2, 3, 11, 8], static graph => graph.AddNode(
            "Conv", [graph.AddNamedNode("first", "Relu", [graph.AddNode("Conv", ["x", ModelParts.Weights(graph, "w", 5, 3, 3, 2)])]), ModelParts.Weights(graph, "v", 4, 5, 1, 1)])));
        FloatNetwork network = OriginalFile.AssertAgrees(model).FloatNetwork!;
        Assert.Equal(2, network.OutputNames.Count);
        Assert.Equal("first", network.OutputNames[^1]);
        Assert.Equal(network.OutputNames, network.WithBatch(1).FoldBatchNorm().OutputNames);
        Assert.Equal(2, OnnxModel.Read("m.onnx", OnnxModelWriter.Write(network), folder: null).FloatNetwork!.OutputNames.Count);
    }

    /// <summary>One of the outputs is read by an int8 convolution and given out as real numbers, too.</summary>
    [Fact]
    public void Quantized_TwoOutputs_EachAsTheFileAndNeverOverwritten()
    {
        Network network = OriginalFile.AssertAgrees(Quantized()).Network!;
        Assert.Equal(["shared", network.Calls[^1].Output.Name], network.Outputs.Select(static output => output.Name).Order(StringComparer.Ordinal).OrderByDescending(static name => name == "shared"));
        Assert.All(network.Outputs, static output => Assert.Equal(ElementType.Float32, output.ElementType));
        var layout = new ActivationLayout(network);
        TensorInfo first = network.Outputs.Single(static output => output.Name == "shared");
        int made = network.Calls.First(call => call.Output == first).Index;
        foreach (OperatorCall later in network.Calls.Skip(made + 1))
        {
            int begin = layout.OffsetBytesOf(later.Output);
            Assert.True(begin >= layout.OffsetBytesOf(first) + first.LengthBytes || begin + later.Output.LengthBytes <= layout.OffsetBytesOf(first), $"{later.Name} is written over an output");
        }

        Network again = OnnxModel.Read("m.onnx", OnnxModelWriter.Write(network), folder: null).Network!;
        Assert.Equal(2, again.Outputs.Count);
        Assert.Equal(network.Outputs.Select(static output => output.Shape), PteModel.Read("m.pte", PteModelWriter.Write(network)).Outputs.Select(static output => output.Shape));
    }

    [Fact]
    public void Outputs_TwiceOrOfNothing_Refused()
    {
        byte[] twice = OnnxBytes.Change(Quantized(), static model => model.Graph.Output.Add(model.Graph.Output[0].Clone()));
        Assert.Contains("3 outputs", Assert.Throws<ModelFormatException>(() => OnnxModel.Read("m.onnx", twice, folder: null)).Message, StringComparison.Ordinal);
        Assert.Contains("no node makes 'nothing'", Assert.Throws<ModelFormatException>(() => OnnxModel.Read("m.onnx", WithOutput("nothing", Quantized()), folder: null)).Message, StringComparison.Ordinal);
        byte[] none = OnnxBytes.Change(Quantized(), static model => model.Graph.Output.Clear());
        Assert.Contains("0 outputs", Assert.Throws<ModelFormatException>(() => OnnxModel.Read("m.onnx", none, folder: null)).Message, StringComparison.Ordinal);
    }

    /// <summary>Real numbers that nothing quantizes get levels which span what the file itself gives, and are compared with it within one of them.</summary>
    [Theory]
    [InlineData("Conv", false)]
    [InlineData("Conv", true)]
    [InlineData("Clip", false)]
    public void Quantized_OutputWithoutLevels_HasThoseOfTheFilesOwnValues(string last, bool isRectified)
    {
        byte[] model = OnnxBytes.Change(Quantized(), message =>
        {
            string output = message.Graph.Node.Last(static node => node.OpType == "Conv").Output[0];
            if (isRectified)
            {
                message.Graph.Node.Add(new NodeProto { OpType = "Relu", Input = { output }, Output = { "last" } });
                output = "last";
            }
            else if (last == "Clip")
            {
                message.Graph.Initializer.Add(new TensorProto { Name = "limit", DataType = 1, FloatData = { 0.4f } });
                message.Graph.Node.Add(new NodeProto { OpType = "Clip", Input = { output, "", "limit" }, Output = { "last" } });
                output = "last";
            }

            message.Graph.Output[0].Name = output;
        });

        ImportedModel imported = OriginalFile.AssertAgrees(model);

        (string name, QuantizationParameters levels) = Assert.Single(imported.Original!.ChosenLevels);
        DequantizePerTensorCall real = imported.Network!.Calls.OfType<DequantizePerTensorCall>().Single(call => imported.Original.NamesInFile.GetValueOrDefault(call.Output.Name) == name);
        Assert.Equal(levels, real.Input.RequiredQuantization);
        Assert.Contains(real.Output, imported.Network.Outputs);
        float[] values = OriginalRun.Values(imported.Original, [name], SeededInputs.Create(SeededImages.DefaultSeed, 0, imported.Network.Input.Shape))[name].Float32.ToArray();
        float span = (sbyte.MaxValue - sbyte.MinValue) * levels.Scale;
        Assert.InRange(values.Max() - values.Min(), span / 2, span * 1.01f);
        Assert.Equal(isRectified ? sbyte.MinValue : levels.ZeroPoint, levels.ZeroPoint);
    }

    /// <summary>An operator of real numbers reads them, too: here the sum with a value that is quantized.</summary>
    [Fact]
    public void Quantized_ValueWithoutLevelsInside_HasThoseOfTheFilesOwnValues()
    {
        byte[] model = ModelParts.Quantized(17, [1, 3, 11, 8], static (graph, x) =>
        {
            string product = graph.AddNode("Conv", [x.Real(graph), Weights(graph, 3, 3, 1, 1)]);
            return QuantizedPart.Quantize(graph, graph.AddNode("Add", [x.Real(graph), product]), 0.03f, 4);
        });
        Assert.Single(OriginalFile.AssertAgrees(model).Original!.ChosenLevels);
    }

    private static byte[] Quantized() => WithOutput("shared", ModelParts.Quantized(17, [2, 3, 11, 8], static (graph, x) =>
    {
        QuantizedPart middle = QuantizedPart.Quantize(graph, graph.AddNode("Conv", [x.Real(graph), Weights(graph, 4, 3, 3, 2)]), 0.02f, 5);
        string shared = graph.AddNamedNode("shared", "DequantizeLinear", [middle.Name, middle.Scale, middle.ZeroPoint]);
        return QuantizedPart.Quantize(graph, graph.AddNode("Conv", [shared, Weights(graph, 6, 4, 1, 1)], Ints("strides", 2, 2)), 0.017f, -3);
    }));

    private static string Weights(TileProof.Golden.Onnx.OnnxGraphBuilder graph, params long[] dimensions) =>
        QuantizedPart.Weights(graph, ModelParts.Levels(dimensions), [0.004f], [(sbyte)0], dimensions);

    private static byte[] WithOutput(string value, byte[] model) => OnnxBytes.Change(model, message => message.Graph.Output.Add(new ValueInfoProto
    {
        Name = value, Type = message.Graph.Output[0].Type.Clone(),
    }));
}
