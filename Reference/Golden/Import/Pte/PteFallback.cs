using System.Collections.Frozen;
using TileProof.Golden.Onnx;
using TileProof.Golden.OnnxRuntime;
using TileProof.Operators;

namespace TileProof.Golden.Import.Pte;

/// <summary>Portable float32 operators that the library has none of, as ONNX models of one operator for ONNX Runtime.</summary>
internal static class PteFallback
{
    private static readonly FrozenDictionary<string, string> OfOne = new Dictionary<string, string>
    {
        ["relu"] = "Relu",
        ["sigmoid"] = "Sigmoid",
        ["tanh"] = "Tanh",
        ["neg"] = "Neg",
        ["abs"] = "Abs",
        ["exp"] = "Exp",
        ["sqrt"] = "Sqrt",
        ["reciprocal"] = "Reciprocal",
        ["hardswish"] = "HardSwish",
        ["hardsigmoid"] = "HardSigmoid",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> OfTwo = new Dictionary<string, string>
    {
        ["add"] = "Add",
        ["sub"] = "Sub",
        ["mul"] = "Mul",
        ["div"] = "Div",
        ["maximum"] = "Max",
        ["minimum"] = "Min",
    }.ToFrozenDictionary();

    /// <summary>Whether it is an operator that ONNX Runtime computes.</summary>
    public static bool Knows(string stem) => OfOne.ContainsKey(stem) || OfTwo.ContainsKey(stem) || stem is "hardtanh" or "clamp" or "avg_pool2d";

    /// <summary>The ONNX operator that computes each element of one value by itself; null where there is none.</summary>
    public static string? OneOperand(string stem) => OfOne.GetValueOrDefault(stem);

    /// <summary>The ONNX operator that computes each element of two values by itself; null where there is none.</summary>
    public static string? TwoOperands(string stem) => OfTwo.GetValueOrDefault(stem);

    /// <summary>The model of an operator on one value.</summary>
    public static byte[] One(string operatorType, TensorShape shape)
    {
        var graph = new OnnxGraphBuilder(operatorType);
        string input = Input(graph, GraphNames.Input, shape);
        OnnxAttributeValue[] attributes = operatorType == "HardSigmoid" ? [OnnxAttributeValue.Float("alpha", 1f / 6), OnnxAttributeValue.Float("beta", 0.5f)] : [];
        graph.AddNamedNode(GraphNames.Output, operatorType, [input], attributes);
        return Finish(graph, shape);
    }

    /// <summary>The model of an operator on two values of one shape, or of one value and a constant of that shape.</summary>
    public static byte[] Two(string operatorType, TensorShape shape, float[]? constant, bool isConstantFirst)
    {
        var graph = new OnnxGraphBuilder(operatorType);
        string value = Input(graph, GraphNames.Input, shape);
        string other = constant is null ? Input(graph, GraphNames.SecondInput, shape) : graph.AddInitializer<float>("constant", constant, GraphNames.DimensionsOf(shape));
        graph.AddNamedNode(GraphNames.Output, operatorType, isConstantFirst ? [other, value] : [value, other]);
        return Finish(graph, shape);
    }

    /// <summary>The model that limits elements.</summary>
    public static byte[] Clip(TensorShape shape, float smallest, float largest)
    {
        var graph = new OnnxGraphBuilder("Clip");
        graph.AddNamedNode(GraphNames.Output, "Clip", [Input(graph, GraphNames.Input, shape), graph.AddScalar(smallest), graph.AddScalar(largest)]);
        return Finish(graph, shape);
    }

    /// <summary>The model of means over windows.</summary>
    public static byte[] AveragePool(TensorShape shape, TensorShape outputShape, Conv2dWindow window, bool countsPadding)
    {
        var graph = new OnnxGraphBuilder("AveragePool");
        graph.AddNamedNode(
            GraphNames.Output,
            "AveragePool",
            [Input(graph, GraphNames.Input, shape)],
            OnnxAttributeValue.Ints("kernel_shape", window.KernelHeight, window.KernelWidth),
            OnnxAttributeValue.Ints("strides", window.StrideHeight, window.StrideWidth),
            OnnxAttributeValue.Ints("pads", window.PadTop, window.PadLeft, window.PadBottom, window.PadRight),
            OnnxAttributeValue.Int("count_include_pad", countsPadding ? 1 : 0));
        return Finish(graph, outputShape);
    }

    private static string Input(OnnxGraphBuilder graph, string name, TensorShape shape) => graph.AddInput(name, OnnxElementType.Float32, GraphNames.DimensionsOf(shape));

    private static byte[] Finish(OnnxGraphBuilder graph, TensorShape shape)
    {
        graph.AddOutput(GraphNames.Output, OnnxElementType.Float32, GraphNames.DimensionsOf(shape));
        return graph.Build();
    }
}
