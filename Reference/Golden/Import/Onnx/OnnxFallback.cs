using System.Security.Cryptography;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using TileProof.Golden.Onnx;
using TileProof.Golden.Onnx.Schema;
using TileProof.Golden.OnnxRuntime;
using TileProof.Operators;

namespace TileProof.Golden.Import.Onnx;

/// <summary>Cuts one node out of a graph as a model of its own, for operators that ONNX Runtime is to compute.</summary>
internal static class OnnxFallback
{
    private const int IrVersion = 10;
    private const int MostInputs = 2;
    private const string Result = "result";

    /// <summary>Constants above this count decide no dimension of an output by what they hold, in a search for obstacles.</summary>
    private const int MostShapingElements = 64;

    /// <summary>The values that a node reads and that are no constants, each once.</summary>
    /// <exception cref="ModelFormatException">The node belongs to another domain, or reads more than two such values.</exception>
    public static string[] ComputedInputs(OnnxGraph graph, OnnxNode node)
    {
        string[] inputs = [.. node.Inputs.Where(input => input.Length > 0 && graph.Constant(input) is null).Distinct(StringComparer.Ordinal)];
        return node.Domain is "" or "ai.onnx" && inputs.Length is >= 1 and <= MostInputs
            ? inputs
            : throw node.Fault($"cannot run in ONNX Runtime alone: it takes a standard operator with 1 to {MostInputs} computed inputs");
    }

    /// <summary>The dimensions that ONNX Runtime gives the node's first output for inputs of zeros.</summary>
    /// <exception cref="ModelFormatException">ONNX Runtime refuses the node, or its output is not float32.</exception>
    public static int[] OutputDimensions(OnnxGraph graph, OnnxNode node, OnnxShapes shapes)
    {
        string[] inputs = ComputedInputs(graph, node);
        return DimensionsOf(node, inputs, ModelOf(graph, node, inputs, shapes), shapes);
    }

    /// <summary>What tells nodes apart whose outputs ONNX Runtime gives other dimensions: operator, attributes, dimensions of inputs, and constants, of which large ones count by their dimensions.</summary>
    /// <exception cref="ModelFormatException">As <see cref="ComputedInputs"/>.</exception>
    public static string KindOf(OnnxGraph graph, OnnxNode node, OnnxShapes shapes)
    {
        ModelProto model = ModelOf(graph, node, ComputedInputs(graph, node), shapes);
        for (int i = 0; i < model.Graph.Initializer.Count; i++)
        {
            TensorProto constant = model.Graph.Initializer[i];
            if (constant.Dims.Aggregate(1L, static (product, extent) => product * extent) > MostShapingElements)
            {
                model.Graph.Initializer[i] = new TensorProto { Name = constant.Name, DataType = constant.DataType, Dims = { constant.Dims } };
            }
        }

        return Convert.ToHexString(SHA256.HashData(model.ToByteArray()));
    }

    private static int[] DimensionsOf(OnnxNode node, string[] inputs, ModelProto model, OnnxShapes shapes)
    {
        try
        {
            using var session = new OnnxRuntimeSession(model.ToByteArray());
            OnnxTensor[] zeros = [.. inputs.Select((input, i) => Zeros(node, NameOf(i), TensorShapeOf(node, shapes[input])))];
            OnnxTensor output = session.Run([Result], zeros)[0];
            return output.ElementType == OnnxElementType.Float32
                ? Array.ConvertAll(output.Dimensions.ToArray(), static extent => checked((int)extent))
                : throw node.Fault($"gives {output.ElementType}, expected float32");
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or NotSupportedException)
        {
            throw node.Fault($"ONNX Runtime refuses it: {exception.Message}", exception);
        }
    }

    /// <summary>The model of the node, with values of <c>[N, C, H, W]</c> outside and the node's own dimensions inside.</summary>
    public static byte[] Cut(OnnxGraph graph, OnnxNode node, OnnxShapes shapes)
    {
        ModelProto model = ModelOf(graph, node, ComputedInputs(graph, node), shapes);
        TensorShape shape = shapes.ShapeOf(node, node.Output);
        AddReshape(model.Graph, Result, GraphNames.Output, GraphNames.DimensionsOf(shape));
        model.Graph.Output[0].Name = GraphNames.Output;
        return model.ToByteArray();
    }

    // Values are renamed, so that those of the model cannot clash with the names that the golden engines use.
    private static ModelProto ModelOf(OnnxGraph graph, OnnxNode node, string[] inputs, OnnxShapes shapes)
    {
        var cut = new GraphProto { Name = node.OperatorType };
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { [string.Empty] = string.Empty };
        for (int i = 0; i < inputs.Length; i++)
        {
            names.Add(inputs[i], $"operand{i}");
            cut.Input.Add(FloatValue(NameOf(i), GraphNames.DimensionsOf(TensorShapeOf(node, shapes[inputs[i]]))));
            AddReshape(cut, NameOf(i), names[inputs[i]], Array.ConvertAll(shapes[inputs[i]], static extent => (long)extent));
        }

        foreach (string name in node.Inputs.Where(name => !names.ContainsKey(name)).Distinct(StringComparer.Ordinal).ToArray())
        {
            TensorProto constant = graph.Constant(name)!.ToTensor();
            constant.Name = $"constant{cut.Initializer.Count}";
            names.Add(name, constant.Name);
            cut.Initializer.Add(constant);
        }

        var copy = new NodeProto(node.Proto) { Name = node.OperatorType };
        copy.Input.Clear();
        copy.Input.AddRange(node.Inputs.Select(name => names[name]));
        copy.Output.Clear();
        copy.Output.Add(Result);
        cut.Node.Add(copy);
        cut.Output.Add(new ValueInfoProto { Name = Result, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)OnnxElementType.Float32 } } });
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "TileProof", Graph = cut };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = graph.OperatorSet });
        return model;
    }

    private static string NameOf(int input) => input == 0 ? GraphNames.Input : GraphNames.SecondInput;

    private static TensorShape TensorShapeOf(OnnxNode node, int[] dimensions) => dimensions switch
    {
        [int n, int c] => TensorShape.FromMatrix(n, c),
        [int n, int c, int w] => TensorShape.FromNchw(n, c, 1, w),
        [int n, int c, int h, int w] => TensorShape.FromNchw(n, c, h, w),
        _ => throw node.Fault($"reads a value of {dimensions.Length} dimensions, expected 2 to 4"),
    };

    private static OnnxTensor Zeros(OnnxNode node, string name, TensorShape shape) => (long)shape.ElementCount * sizeof(float) <= ModelImporter.LargestValueBytes
        ? OnnxTensor.Create<float>(name, new float[shape.ElementCount], GraphNames.DimensionsOf(shape))
        : throw node.Fault($"reads {shape}, more than {ModelImporter.LargestValueBytes} bytes; give the model a smaller input");

    private static void AddReshape(GraphProto graph, string input, string output, long[] dimensions)
    {
        var shape = new TensorProto { Name = $"{output}.dimensions", DataType = (int)OnnxElementType.Int64 };
        shape.Dims.Add(dimensions.Length);
        shape.Int64Data.AddRange(dimensions);
        graph.Initializer.Add(shape);
        graph.Node.Add(new NodeProto { Name = $"{output}.reshape", OpType = "Reshape", Input = { input, shape.Name }, Output = { output } });
    }

    private static ValueInfoProto FloatValue(string name, long[] dimensions)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(dimensions.Select(static extent => new TensorShapeProto.Types.Dimension { DimValue = extent }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)OnnxElementType.Float32, Shape = shape } } };
    }
}
