using Google.Protobuf;
using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Onnx;
using TileProof.Golden.Onnx.Schema;
using TileProof.Tests.Snapshots;
using TileProof.Tests.Support;
using static TileProof.Golden.Onnx.OnnxAttributeValue;

namespace TileProof.Tests.Import;

/// <summary>Every input and attribute of the first node of each operator, left out or changed: what is refused, in which words, and what is read.</summary>
public sealed class OnnxChangeTests
{
    [Fact]
    public void Read_FloatClassifier() => Snapshot.Verify(Changes(OnnxModelTests.Classifier()));

    [Fact]
    public void Read_FloatViewsAndMeans() => Snapshot.Verify(Changes(Views()));

    [Fact]
    public void Read_QuantizedSample() => Snapshot.Verify(Changes(OnnxModelWriter.Write(SampleNetwork.Create(batch: 2, perChannel: true))));

    [Fact]
    public void Read_QuantizedOperators() => Snapshot.Verify(Changes(QuantizedOperators()));

    private static string Changes(byte[] model)
    {
        var outcomes = new Outcomes();
        ModelProto message = ModelProto.Parser.ParseFrom(model);
        outcomes.Add("as it is", path => OnnxModel.Read(path, model, folder: null));
        foreach (int at in Enumerable.Range(0, message.Graph.Node.Count).DistinctBy(index => message.Graph.Node[index].OpType))
        {
            NodeProto node = message.Graph.Node[at];
            for (int input = 0; input < node.Input.Count; input++)
            {
                int position = input;
                Add($"without input {input}", changed => changed.Input[position] = "");
                Add($"input {input} of the model", changed => changed.Input[position] = message.Graph.Input[0].Name);
                foreach (TensorProto other in Others())
                {
                    Add($"input {input} {other.Name}", changed => changed.Input[position] = other.Name);
                }
            }

            Add("no last input", static changed => changed.Input.RemoveAt(changed.Input.Count - 1));
            Add("one more input", changed => changed.Input.Add(Others()[0].Name));
            Add("other domain", static changed => changed.Domain = "other");
            Add("other operator", static changed => changed.OpType = "Other");
            foreach (AttributeProto attribute in node.Attribute)
            {
                Add($"without {attribute.Name}", changed => changed.Attribute.Remove(Of(changed, attribute)));
                Add($"{attribute.Name} of another type", changed => Of(changed, attribute).Type = attribute.Type == AttributeProto.Types.AttributeType.Float ? AttributeProto.Types.AttributeType.Int : AttributeProto.Types.AttributeType.Float);
                foreach (int by in new[] { 1, -1, 100 })
                {
                    Add($"{attribute.Name} by {by}", changed => Shift(Of(changed, attribute), by));
                }

                for (int element = 0; element < attribute.Ints.Count; element++)
                {
                    int position = element;
                    Add($"{attribute.Name}[{element}] by 1", changed => Of(changed, attribute).Ints[position]++);
                }
            }

            outcomes.EndPart($"{node.OpType} {node.Name}");

            void Add(string change, Action<NodeProto> of) => outcomes.Add(change, path => OnnxModel.Read(
                path,
                OnnxBytes.Change(model, copy =>
                {
                    copy.Graph.Initializer.AddRange(Others());
                    of(copy.Graph.Node[at]);
                }),
                folder: null));
        }

        return outcomes.ToString();
    }

    private static AttributeProto Of(NodeProto node, AttributeProto attribute) => node.Attribute.First(other => other.Name == attribute.Name);

    private static void Shift(AttributeProto attribute, int by)
    {
        attribute.I += by;
        attribute.F += by;
        for (int i = 0; i < attribute.Ints.Count; i++)
        {
            attribute.Ints[i] += by;
        }
    }

    /// <summary>Constants of each type that are of no use where they are put.</summary>
    private static TensorProto[] Others() =>
    [
        Constant("float[2]", TensorProto.Types.DataType.Float, [2], [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]),
        Constant("float[]", TensorProto.Types.DataType.Float, [], [0, 0, 0x80, 0x3F]),
        Constant("int8[]", TensorProto.Types.DataType.Int8, [], [3]),
        Constant("uint8[2]", TensorProto.Types.DataType.Uint8, [2], [0x83, 5]),
        Constant("int32[1]", TensorProto.Types.DataType.Int32, [1], [7, 0, 0, 0]),
        Constant("int64[2]", TensorProto.Types.DataType.Int64, [2], [2, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
    ];

    private static TensorProto Constant(string name, TensorProto.Types.DataType type, long[] dimensions, byte[] bytes)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(dimensions);
        return tensor;
    }

    private static byte[] Views() => ModelParts.Float(13, [2, 6, 5, 4], static graph =>
    {
        string x = graph.AddNode("Dropout", [graph.AddNode("Identity", [graph.AddNode("Relu", ["x"])])]);
        string mean = graph.AddNode("ReduceMean", [x], Ints("axes", 2, 3), Int("keepdims", 1));
        string squeezed = graph.AddNode("Squeeze", [mean, graph.AddInitializer<long>("axes", [2, 3], 2)]);
        string restored = graph.AddNode("Unsqueeze", [squeezed, graph.AddInitializer<long>("axes2", [2, 3], 2)]);
        string again = graph.AddNode("GlobalAveragePool", [restored]);
        string pooled = graph.AddNode("AveragePool", [again], Ints("kernel_shape", 1, 1));
        string row = graph.AddNode("Reshape", [pooled, graph.AddInitializer<long>("extents", [0, -1], 2)]);
        string cast = graph.AddNode("Cast", [row], Int("to", (long)OnnxElementType.Float32));
        string product = graph.AddNode("MatMul", [cast, ModelParts.Weights(graph, "w", 6, 3)]);
        return graph.AddNode("Softmax", [graph.AddNode("Gemm", [product, ModelParts.Weights(graph, "w2", 7, 3), ModelParts.Weights(graph, "bias", 7)], Int("transB", 1), Float("alpha", 1), Float("beta", 1), Int("transA", 0))], Int("axis", 1));
    });

    private static byte[] QuantizedOperators() => ModelParts.Quantized(13, [2, 4, 9, 7], static (graph, x) =>
    {
        QuantizedPart conv = QuantizedPart.Parameters(graph, 0.07f, 119, isSigned: false);
        conv = conv with
        {
            Name = graph.AddNode(
                "QLinearConv",
                [
                    x.Name, x.Scale, x.ZeroPoint, graph.AddInitializer<byte>("w", ModelParts.Unsigned(ModelParts.Levels(6, 4, 3, 2)), 6, 4, 3, 2), graph.AddScalar(0.004f), graph.AddScalar((byte)128),
                    conv.Scale, conv.ZeroPoint, graph.AddInitializer<int>("bias", [900, -1200, 3000, -50, 77, 2000], 6),
                ],
                Ints("pads", 1, 1, 1, 1), Ints("strides", 2, 2), Ints("dilations", 1, 1), Int("group", 1)),
        };
        QuantizedPart sum = QuantizedPart.Parameters(graph, 0.09f, 133, isSigned: false);
        sum = sum with { Name = graph.AddNode("QLinearAdd", [conv.Name, conv.Scale, conv.ZeroPoint, conv.Name, conv.Scale, conv.ZeroPoint, sum.Scale, sum.ZeroPoint]) };
        QuantizedPart mean = QuantizedPart.Parameters(graph, 0.03f, 120, isSigned: false);
        mean = mean with { Name = graph.AddNode("QLinearGlobalAveragePool", [sum.Name, sum.Scale, sum.ZeroPoint, mean.Scale, mean.ZeroPoint], Int("channels_last", 0)) };
        string row = graph.AddNode("Flatten", [mean.Name], Int("axis", 1));
        QuantizedPart product = QuantizedPart.Parameters(graph, 0.02f, 111, isSigned: false);
        product = product with
        {
            Name = graph.AddNode(
                "QLinearMatMul",
                [row, mean.Scale, mean.ZeroPoint, graph.AddInitializer<sbyte>("w2", ModelParts.Levels(6, 5), 6, 5), graph.AddScalar(0.005f), graph.AddScalar((sbyte)0), product.Scale, product.ZeroPoint]),
        };
        QuantizedPart last = QuantizedPart.Parameters(graph, 0.08f, 90, isSigned: false);
        return last with
        {
            Name = graph.AddNode(
                "QGemm",
                [
                    product.Name, product.Scale, product.ZeroPoint, graph.AddInitializer<sbyte>("w3", ModelParts.Levels(3, 5), 3, 5), graph.AddScalar(0.006f), graph.AddScalar((sbyte)0),
                    graph.AddInitializer<int>("bias3", [500, -3000, 4000], 3), last.Scale, last.ZeroPoint,
                ],
                Int("transA", 0), Int("transB", 1), Float("alpha", 1)),
        };
    }, isSigned: false);
}
