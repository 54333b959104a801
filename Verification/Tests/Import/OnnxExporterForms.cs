using TileProof.Golden.Onnx;
using TileProof.Golden.Onnx.Schema;

namespace TileProof.Tests.Import;

/// <summary>Networks of a few layers as exporters and quantizers write them: extents that are not square, and constants that depend on their size only.</summary>
internal static class OnnxExporterForms
{
    private static readonly long[] Image = [1, 3, 13, 10];

    /// <summary>Those that are accepted.</summary>
    public static IReadOnlyDictionary<string, Func<byte[]>> All { get; } = new Dictionary<string, Func<byte[]>>
    {
        ["residual uint8"] = static () => Residual(13, isSigned: false, perChannel: false),
        ["residual int8 per channel"] = static () => Residual(13, isSigned: true, perChannel: true),
        ["residual uint8 per channel"] = static () => Residual(17, isSigned: false, perChannel: true),
        ["residual operator set 10"] = static () => Residual(10, isSigned: false, perChannel: false),
        ["residual operator set 25"] = static () => Residual(25, isSigned: true, perChannel: true),
        ["residual float bias"] = static () => Residual(13, isSigned: false, perChannel: true, bias: "float"),
        ["residual without bias"] = static () => Residual(13, isSigned: true, perChannel: false, bias: "none"),
        ["residual open batch"] = static () => OnnxBytes.SetOpenBatch(Residual(17, isSigned: true, perChannel: false)),
        ["residual parameters as inputs"] = static () => ParametersAsInputs(Residual(13, isSigned: false, perChannel: false)),
        ["qoperator uint8"] = static () => QOperator(isSigned: false),
        ["qoperator int8"] = static () => QOperator(isSigned: true),
        ["max pool behind relu"] = static () => Quantized(static (graph, x) => Quantize(
            graph, graph.AddNode("MaxPool", [graph.AddNode("Relu", [Conv(graph, x.Real(graph), 4, 3)])], Attributes("kernel_shape=3,2 strides=2,1 pads=1,0,1,1")), 0.02f, -30)),
        ["max pool of other levels"] = static () => Quantized(static (graph, x) => Quantize(graph, graph.AddNode("MaxPool", [x.Real(graph)], Attributes("kernel_shape=3,2 strides=2,1")), 0.017f, 3)),
        ["pad before max pool"] = static () => Quantized(static (graph, x) => Quantize(
            graph, graph.AddNode("MaxPool", [Pad(graph, x.Real(graph), [1, 0, 2, 3], -1f)], Attributes("kernel_shape=2,3 strides=1,2")), 0.021f, -7)),
        ["pad with a level"] = static () => Quantized(static (graph, x) => Quantize(graph, Pad(graph, x.Real(graph), [0, 1, 2, 0], 0.5f), 0.021f, -7)),
        ["pad behind relu"] = static () => Quantized(static (graph, x) => Quantize(
            graph, Pad(graph, graph.AddNode("Relu", [Conv(graph, x.Real(graph), 4, 3)]), [2, 1, 0, 0], 0.25f), 0.02f, -128)),
        ["pad of a sum"] = static () => Quantized(static (graph, x) =>
        {
            QuantizedPart y = Quantize(graph, Conv(graph, x.Real(graph), 3, 3), 0.025f, 4);
            return Quantize(graph, Pad(graph, graph.AddNode("Add", [x.Real(graph), y.Real(graph)]), [1, 0, 0, 2], 0), 0.03f, 1);
        }),
        ["pad as output"] = static () => ModelParts.Float(13, Image, static graph => Pad(graph, graph.AddNode("Relu", [FloatConv(graph, "x", 3, 4, 3)]), [1, 2, 0, 1], 0)),
        ["float pad"] = static () => ModelParts.Float(11, Image, static graph => graph.AddNode("MaxPool", [Pad(graph, FloatConv(graph, "x", 3, 4, 3), [0, 0, 1, 1], 0)], Attributes("kernel_shape=3,3 strides=2,2"))),
        ["padded average"] = static () => Quantized(static (graph, x) => Quantize(
            graph, graph.AddNode("AveragePool", [x.Real(graph)], Attributes("kernel_shape=3,3 pads=1,1,1,1 strides=2,1")), 0.02f, -9)),
        ["constant minus a value"] = static () => ModelParts.Float(13, Image, static graph => graph.AddNode("Sub", [graph.AddInitializer<float>("means", [0.4f, 0.5f, -0.6f, 0.9f], 4, 1, 1), FloatConv(graph, "x", 3, 4, 3)])),
        ["pad of named axes"] = static () => ModelParts.Float(18, Image, static graph => graph.AddNode(
            "Pad", [FloatConv(graph, "x", 3, 4, 3), graph.AddInitializer<long>("pads", [1, 2, 3, 0], 4), graph.AddScalar(0f), graph.AddInitializer<long>("axes", [3, -2], 2)])),
        ["rows with pads"] = static () => ModelParts.Float(13, [2, 3, 11], static graph => graph.AddNode(
            "Pad", [graph.AddNode("Conv", ["x", ModelParts.Weights(graph, "w", 4, 3, 3)]), graph.AddInitializer<long>("pads", [0, 0, 2, 0, 0, 1], 6), graph.AddScalar(0f)])),
        ["slice of levels"] = static () => Quantized(static (graph, x) => Quantize(graph, Slice(graph, x.Real(graph), 3, 1, -1), 0.021f, -7)),
        ["slice to other levels"] = static () => Quantized(static (graph, x) => Quantize(graph, Slice(graph, x.Real(graph), 2, 2, long.MaxValue), 0.017f, 3)),
        ["slice behind relu"] = static () => Quantized(static (graph, x) => Quantize(
            graph, Slice(graph, graph.AddNode("Relu", [Conv(graph, x.Real(graph), 5, 3)]), 1, 1, 4), 0.02f, -128)),
        ["float slice"] = static () => ModelParts.Float(13, Image, static graph => Slice(graph, graph.AddNode("Concat",
            [Slice(graph, FloatConv(graph, "x", 3, 5, 3), -3, -2, 5), FloatConv(graph, "x", 3, 4, 3)], Attributes("axis=1")), 2, 0, -2)),
        ["product"] = static () => Quantized(static (graph, x) =>
        {
            QuantizedPart y = Quantize(graph, Conv(graph, x.Real(graph), 3, 3), 0.025f, 4);
            return Quantize(graph, graph.AddNode("Mul", [x.Real(graph), y.Real(graph)]), 0.03f, 1);
        }),
        ["flatten between levels"] = static () => Quantized(static (graph, x) =>
        {
            QuantizedPart rows = Quantize(graph, graph.AddNode("Flatten", [x.Real(graph)]), 0.021f, -7);
            return Quantize(graph, Gemm(graph, rows.Real(graph), 390, 6), 0.3f, 2);
        }),
        ["concat of other levels"] = static () => Quantized(static (graph, x) =>
        {
            QuantizedPart left = Quantize(graph, Conv(graph, x.Real(graph), 3, 3), 0.025f, 4);
            QuantizedPart right = Quantize(graph, Conv(graph, x.Real(graph), 5, 1), 0.03f, -4);
            return Quantize(graph, graph.AddNode("Concat", [left.Real(graph), right.Real(graph)], Attributes("axis=1")), 0.031f, -3);
        }),
        ["mean behind an average"] = static () => Quantized(static (graph, x) =>
        {
            QuantizedPart pooled = Quantize(graph, graph.AddNode("AveragePool", [x.Real(graph)], Attributes("kernel_shape=2,3 strides=2,2 auto_pad=SAME_UPPER")), 0.02f, -9);
            return Quantize(graph, graph.AddNode("GlobalAveragePool", [pooled.Real(graph)]), 0.01f, 5);
        }),
        ["tflite weights"] = static () => Quantized(static (graph, x) =>
        {
            // Rows, columns, inputs, outputs, with a scale an output.
            float[] scales = [.. Enumerable.Range(0, 5).Select(static o => 0.004f + (0.0005f * o))];
            string weights = graph.AddNode(
                "Transpose", [QuantizedPart.Weights(graph, ModelParts.Levels(2, 3, 3, 5), scales, new sbyte[5], [2, 3, 3, 5], OnnxAttributeValue.Int("axis", 3))], Attributes("perm=3,2,0,1"));
            return Quantize(graph, graph.AddNode("Conv", [x.Real(graph), weights], Attributes("pads=0,1,1,1")), 0.03f, 4);
        }),
        ["torch classifier"] = static () => ModelParts.Float(17, Image, static graph =>
        {
            string value = graph.AddNode("Relu", [BatchNorm(graph, FloatConv(graph, "x", 3, 6, 3), 6)]);
            value = graph.AddNode("MaxPool", [value], Attributes("kernel_shape=3,3 strides=2,2 pads=1,1,1,1 ceil_mode=0"));
            value = graph.AddNode("Add", [value, graph.AddNode("Relu", [FloatConv(graph, value, 6, 6, 1)])]);
            return View(graph, graph.AddNode("GlobalAveragePool", [value]), 6, 4);
        }),
        ["torch pads from pieces"] = static () => ModelParts.Float(13, Image, static graph =>
        {
            // As torch.onnx writes functional.pad: the pads are reversed by shape computations on constants.
            string zeros = graph.AddNode("ConstantOfShape", [graph.AddInitializer<long>("count", [4], 1)], []);
            string all = graph.AddNode("Concat", [graph.AddInitializer<long>("stated", [1, 2, 0, 1], 4), graph.AddCast(zeros, OnnxElementType.Int64)], Attributes("axis=0"));
            string pairs = graph.AddNode("Reshape", [all, graph.AddInitializer<long>("pairs", [-1, 2], 2)]);
            string reversed = graph.AddNode(
                "Slice",
                [pairs, graph.AddInitializer<long>("first", [-1], 1), graph.AddInitializer<long>("last", [-9223372036854775807], 1), graph.AddInitializer<long>("over", [0], 1), graph.AddInitializer<long>("back", [-1], 1)]);
            string flat = graph.AddNode("Reshape", [graph.AddNode("Transpose", [reversed], Attributes("perm=1,0")), graph.AddInitializer<long>("flat", [-1], 1)]);
            return graph.AddNode("MaxPool", [graph.AddNode("Pad", ["x", flat, graph.AddScalar(0f)])], Attributes("kernel_shape=2,2"));
        }),
        ["torch dynamo head"] = static () => ModelParts.Float(18, Image, static graph =>
        {
            string mean = graph.AddNode("ReduceMean", [FloatConv(graph, "x", 3, 6, 3), graph.AddInitializer<long>("axes", [-1, -2], 2)], Attributes("keepdims=1"));
            string batch = graph.AddNode("Shape", [mean], Attributes("start=0 end=1"));
            string wanted = graph.AddNode("Concat", [batch, graph.AddInitializer<long>("rest", [6], 1)], Attributes("axis=0"));
            string rows = graph.AddNode("Reshape", [mean, wanted], Attributes("allowzero=1"));
            return graph.AddNode("Gemm", [rows, ModelParts.Weights(graph, "w", 4, 6), ModelParts.Weights(graph, "bias", 4)], Attributes("transB=1"));
        }),
        ["view by gathered extents"] = static () => ModelParts.Float(13, Image, static graph =>
        {
            string mean = graph.AddNode("GlobalAveragePool", [FloatConv(graph, "x", 3, 6, 3)]);
            string extents = graph.AddNode("Gather", [graph.AddNode("Shape", [mean]), graph.AddInitializer<long>("batch and channels", [0, 1], 2)], Attributes("axis=0"));
            return graph.AddNode("Gemm", [graph.AddNode("Reshape", [mean, extents]), ModelParts.Weights(graph, "w", 4, 6), ModelParts.Weights(graph, "bias", 4)], Attributes("transB=1"));
        }),
        ["rows joined"] = static () => ModelParts.Float(13, [2, 3, 11], static graph => graph.AddNode(
            "Concat", [graph.AddNode("Conv", ["x", ModelParts.Weights(graph, "w", 4, 3, 3)]), graph.AddNode("Conv", ["x", ModelParts.Weights(graph, "v", 4, 3, 2)])], Attributes("axis=2"))),
        ["batch norm first"] = static () => ModelParts.Float(17, Image, static graph => FloatConv(graph, graph.AddNode("Relu", [BatchNorm(graph, "x", 3)]), 3, 5, 3)),
        ["normalised input"] = static () => ModelParts.Float(17, Image, static graph => FloatConv(
            graph,
            graph.AddNode("Div", [graph.AddNode("Sub", ["x", graph.AddInitializer<float>("means", [0.4f, 0.5f, 0.6f], 1, 3, 1, 1)]), graph.AddInitializer<float>("deviations", [0.2f, 0.25f, 0.3f], 3, 1, 1)]),
            3,
            5,
            3)),
        ["keras"] = static () => ModelParts.Float(13, Image, static graph =>
        {
            string value = graph.AddNode("Conv", ["x", ModelParts.Weights(graph, "w", 6, 3, 3, 3)], Attributes("auto_pad=SAME_UPPER strides=2,2"));
            value = graph.AddNode("Clip", [BatchNorm(graph, value, 6), graph.AddScalar(0f), graph.AddScalar(6f)]);
            value = graph.AddNode("Conv", [value, ModelParts.Weights(graph, "depthwise", 6, 1, 3, 3)], Attributes("auto_pad=SAME_UPPER group=6"));
            value = graph.AddNode("AveragePool", [value], Attributes("kernel_shape=2,2 strides=2,2 auto_pad=SAME_UPPER"));
            value = graph.AddNode("ReduceMean", [value], Attributes("axes=2,3 keepdims=0"));
            return graph.AddNode("Softmax", [graph.AddNode("Add", [graph.AddNode("MatMul", [value, ModelParts.Weights(graph, "dense", 6, 4)]), ModelParts.Weights(graph, "bias", 4)])], Attributes("axis=1"));
        }),
        ["keras flatten"] = static () => ModelParts.Float(13, Image, static graph =>
        {
            string rows = graph.AddNode("Reshape", [graph.AddNode("Transpose", [FloatConv(graph, "x", 3, 5, 3)], Attributes("perm=0,2,3,1")), graph.AddInitializer<long>("rows", [-1, 440], 2)]);
            return graph.AddNode("Add", [graph.AddNode("MatMul", [rows, ModelParts.Weights(graph, "dense", 440, 4)]), ModelParts.Weights(graph, "bias", 4)]);
        }),
        ["tensorflow head"] = static () => ModelParts.Float(13, Image, static graph =>
        {
            string mean = graph.AddNode("Transpose", [graph.AddNode("GlobalAveragePool", [FloatConv(graph, "x", 3, 6, 3)])], Attributes("perm=0,2,3,1"));
            return graph.AddNode("MatMul", [graph.AddNode("Squeeze", [mean, graph.AddInitializer<long>("axes", [1, 2], 2)]), ModelParts.Weights(graph, "dense", 6, 4)]);
        }),
        ["rows of sound"] = static () => ModelParts.Float(17, [1, 4, 31], static graph =>
        {
            string value = graph.AddNode("Conv", ["x", ModelParts.Weights(graph, "w", 6, 4, 5), ModelParts.Weights(graph, "bias", 6)], Attributes("strides=2 pads=2,1"));
            value = graph.AddNode("MaxPool", [graph.AddNode("Relu", [value])], Attributes("kernel_shape=3 strides=2 pads=1,1"));
            value = graph.AddNode("AveragePool", [value], Attributes("kernel_shape=2 strides=1 pads=1,0"));
            return graph.AddNode("Gemm", [graph.AddNode("Flatten", [graph.AddNode("GlobalMaxPool", [value])]), ModelParts.Weights(graph, "dense", 6, 4)]);
        }),
        ["sum of three"] = static () => ModelParts.Float(13, Image, static graph =>
        {
            string value = FloatConv(graph, "x", 3, 4, 3);
            return graph.AddNode("Sum", [value, graph.AddNode("Relu", [value]), graph.AddNode("MaxPool", [value], Attributes("kernel_shape=3,3 pads=1,1,1,1"))]);
        }),
    };

    /// <summary>Those that are refused.</summary>
    public static IReadOnlyDictionary<string, Func<byte[]>> Refused { get; } = new Dictionary<string, Func<byte[]>>
    {
        ["int16 activations"] = static () => ModelParts.Float(21, Image, static graph =>
        {
            string[] parameters = [graph.AddScalar(0.001f), graph.AddInitializer<int>("zero", [0])];
            return graph.AddNode("DequantizeLinear", [graph.AddNode("QuantizeLinear", ["x", .. parameters]), .. parameters]);
        }),
        ["qonnx"] = static () => OnnxBytes.Change(
            ModelParts.Float(13, Image, static graph => graph.AddNode("Quant", ["x", graph.AddScalar(0.1f), graph.AddScalar(0f), graph.AddScalar(8f)], Attributes("signed=1 narrow=0"))),
            static message => message.Graph.Node[0].Domain = "qonnx.custom_op.general"),
        ["local function"] = static () => OnnxBytes.Change(
            ModelParts.Float(18, Image, static graph => graph.AddNode("Relu", [graph.AddNode("aten_hardtanh", ["x"])])),
            static message => message.Graph.Node[0].Domain = "pkg.onnxscript.torch_lib"),
        ["reflect pad"] = static () => OnnxBytes.Change(
            ModelParts.Float(13, Image, static graph => Pad(graph, "x", [1, 1, 1, 1], 0)),
            static message => message.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "mode", Type = AttributeProto.Types.AttributeType.String, S = Google.Protobuf.ByteString.CopyFromUtf8("reflect") })),
        ["pad between levels"] = static () => Quantized(static (graph, x) => Quantize(graph, Pad(graph, x.Real(graph), [1, 1, 0, 0], 0.5f), 0.03f, 3)),
        ["hard swish"] = static () => ModelParts.Float(14, Image, static graph => graph.AddNode("HardSwish", [FloatConv(graph, "x", 3, 4, 3)])),
    };

    /// <summary>A residual block, pooling and a head, as ONNX Runtime's quantizer writes them by default: a DequantizeLinear read by the convolution and the sum, and levels kept by pooling and changes of shape.</summary>
    private static byte[] Residual(int operatorSet, bool isSigned, bool perChannel, string bias = "int32") => ModelParts.Quantized(
        operatorSet,
        Image,
        (graph, x) =>
        {
            int zero = isSigned ? 0 : 128;
            QuantizedPart first = Quantize(graph, graph.AddNode("Relu", [Conv(graph, x.Real(graph), 6, 3, perChannel, bias)]), 0.03f, zero - 128, isSigned);
            string real = first.Real(graph);
            QuantizedPart second = Quantize(graph, Conv(graph, real, 6, 1, perChannel, bias, 6, 0.03f), 0.05f, zero + 7, isSigned);
            QuantizedPart sum = Quantize(graph, graph.AddNode("Relu", [graph.AddNode("Add", [second.Real(graph), real])]), 0.06f, zero - 128, isSigned);
            string pooled = graph.AddNode("MaxPool", [sum.Real(graph)], Attributes("kernel_shape=3,3 strides=2,2 pads=1,1,1,1"));
            QuantizedPart levels = sum with { Name = graph.AddNode("QuantizeLinear", [pooled, sum.Scale, sum.ZeroPoint]) };
            QuantizedPart mean = Quantize(graph, graph.AddNode("GlobalAveragePool", [levels.Real(graph)]), 0.03f, zero - 128, isSigned);
            QuantizedPart rows = mean with { Name = graph.AddNode("QuantizeLinear", [graph.AddNode("Flatten", [mean.Real(graph)]), mean.Scale, mean.ZeroPoint]) };
            return Quantize(graph, Gemm(graph, rows.Real(graph), 6, 5, perChannel && operatorSet >= 13, 0.03f), 0.08f, zero + 3, isSigned);
        },
        isSigned);

    private static byte[] QOperator(bool isSigned) => ModelParts.Quantized(
        13,
        Image,
        (graph, x) =>
        {
            int zero = isSigned ? 0 : 128;
            QuantizedPart first = QLinearConv(graph, x, 3, 6, 0.03f, zero - 100, isSigned);
            QuantizedPart second = QLinearConv(graph, first, 6, 6, 0.05f, zero + 7, isSigned);
            QuantizedPart sum = QuantizedPart.Parameters(graph, 0.06f, zero - 90, isSigned);
            sum = sum with { Name = graph.AddNode("QLinearAdd", [first.Name, first.Scale, first.ZeroPoint, second.Name, second.Scale, second.ZeroPoint, sum.Scale, sum.ZeroPoint]) };
            QuantizedPart pooled = sum with { Name = graph.AddNode("MaxPool", [sum.Name], Attributes("kernel_shape=3,2 strides=2,2 pads=1,0,1,1")) };
            QuantizedPart average = QuantizedPart.Parameters(graph, 0.04f, zero - 80, isSigned);
            average = average with
            {
                Name = graph.AddNode(
                    "QLinearAveragePool", [pooled.Name, pooled.Scale, pooled.ZeroPoint, average.Scale, average.ZeroPoint], Attributes("kernel_shape=3,2 strides=1,2 pads=1,1,1,0 count_include_pad=0")),
            };
            QuantizedPart joined = QuantizedPart.Parameters(graph, 0.05f, zero - 70, isSigned);
            return joined with
            {
                Name = graph.AddNode("QLinearConcat", [joined.Scale, joined.ZeroPoint, average.Name, average.Scale, average.ZeroPoint, average.Name, average.Scale, average.ZeroPoint], Attributes("axis=1")),
            };
        },
        isSigned);

    private static QuantizedPart QLinearConv(OnnxGraphBuilder graph, QuantizedPart x, int inputs, int outputs, float scale, int zeroPoint, bool isSigned)
    {
        QuantizedPart y = QuantizedPart.Parameters(graph, scale, zeroPoint, isSigned);
        string weights = graph.AddInitializer<sbyte>($"w{outputs}{inputs}", ModelParts.Levels(outputs, inputs, 1, 1), outputs, inputs, 1, 1);
        return y with { Name = graph.AddNode("QLinearConv", [x.Name, x.Scale, x.ZeroPoint, weights, graph.AddScalar(0.006f), graph.AddScalar((sbyte)0), y.Scale, y.ZeroPoint]) };
    }

    private static byte[] Quantized(Func<OnnxGraphBuilder, QuantizedPart, QuantizedPart> body) => ModelParts.Quantized(17, Image, body);

    private static QuantizedPart Quantize(OnnxGraphBuilder graph, string real, float scale, int zeroPoint, bool isSigned = true) => QuantizedPart.Quantize(graph, real, scale, zeroPoint, isSigned);

    private static OnnxAttributeValue[] Attributes(string text) => OnnxFloatAttributeTests.Attributes(text);

    private static string Slice(OnnxGraphBuilder graph, string value, long axis, long first, long end)
    {
        string Bound(string name, long bound) => graph.AddInitializer<long>($"{value}.{name}", [bound], 1);
        return graph.AddNode("Slice", [value, Bound("first", first), Bound("end", end), Bound("axis", axis)]);
    }

    private static string Pad(OnnxGraphBuilder graph, string value, long[] pads, float number) =>
        graph.AddNode("Pad", [value, graph.AddInitializer<long>($"pads{value}", [0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]], 8), graph.AddScalar(number)]);

    private static string Conv(OnnxGraphBuilder graph, string real, int outputs, int kernel, bool perChannel = false, string bias = "none", int inputs = 3, float inputScale = 0.021f)
    {
        long[] dimensions = [outputs, inputs, kernel, kernel];
        float[] scales = perChannel ? [.. Enumerable.Range(0, outputs).Select(static o => 0.004f + (0.0005f * o))] : [0.005f];
        string weights = QuantizedPart.Weights(graph, ModelParts.Levels(dimensions), scales, new sbyte[scales.Length], dimensions, perChannel ? [OnnxAttributeValue.Int("axis", 0)] : []);
        string[] stated = bias == "none" ? [] : [Bias(graph, outputs, Array.ConvertAll(scales, scale => inputScale * scale), bias, $"{outputs}.{kernel}")];
        return graph.AddNode("Conv", [real, weights, .. stated], Attributes(kernel == 3 ? "pads=1,1,1,1" : ""));
    }

    private static string Bias(OnnxGraphBuilder graph, int outputs, float[] scales, string form, string name)
    {
        int[] levels = [.. Enumerable.Range(0, outputs).Select(static o => (o * 977) - 2100)];
        if (form == "float")
        {
            return graph.AddInitializer<float>($"bias{name}", [.. levels.Select((level, o) => level * scales[scales.Length == 1 ? 0 : o])], outputs);
        }

        string stored = graph.AddInitializer<int>($"bias{name}", levels, outputs);
        return scales.Length == 1
            ? graph.AddNode("DequantizeLinear", [stored, graph.AddScalar(scales[0])])
            : graph.AddNode("DequantizeLinear", [stored, graph.AddInitializer<float>($"scales{name}", scales, outputs)], OnnxAttributeValue.Int("axis", 0));
    }

    private static string Gemm(OnnxGraphBuilder graph, string rows, int inputs, int outputs, bool perChannel = false, float inputScale = 0.021f)
    {
        long[] dimensions = [outputs, inputs];
        float[] scales = perChannel ? [.. Enumerable.Range(0, outputs).Select(static o => 0.005f + (0.0007f * o))] : [0.006f];
        string weights = QuantizedPart.Weights(graph, ModelParts.Levels(dimensions), scales, new sbyte[scales.Length], dimensions, perChannel ? [OnnxAttributeValue.Int("axis", 0)] : []);
        return graph.AddNode("Gemm", [rows, weights, Bias(graph, outputs, Array.ConvertAll(scales, scale => inputScale * scale), "int32", "head")], Attributes("transB=1"));
    }

    private static string FloatConv(OnnxGraphBuilder graph, string value, int inputs, int outputs, int kernel) => graph.AddNode(
        "Conv", [value, ModelParts.Weights(graph, $"{value}.{outputs}.{kernel}", outputs, inputs, kernel, kernel), ModelParts.Weights(graph, $"{value}.{outputs}.{kernel}.bias", outputs)]);

    private static string BatchNorm(OnnxGraphBuilder graph, string value, int channels) => graph.AddNode(
        "BatchNormalization",
        [
            value, ModelParts.Weights(graph, $"{value}.gamma", channels), ModelParts.Weights(graph, $"{value}.beta", channels), ModelParts.Weights(graph, $"{value}.mean", channels),
            graph.AddInitializer<float>($"{value}.variance", [.. Enumerable.Range(1, channels).Select(static c => 0.3f * c)], channels),
        ]);

    private static string View(OnnxGraphBuilder graph, string value, int inputs, int outputs)
    {
        string batch = graph.AddNode("Gather", [graph.AddNode("Shape", [value]), graph.AddScalar(0L)], Attributes("axis=0"));
        string wanted = graph.AddNode("Concat", [graph.AddNode("Unsqueeze", [batch, graph.AddInitializer<long>("raised", [0], 1)]), graph.AddInitializer<long>("rest", [-1], 1)], Attributes("axis=0"));
        return graph.AddNode("Gemm", [graph.AddNode("Reshape", [value, wanted]), ModelParts.Weights(graph, "head", outputs, inputs), ModelParts.Weights(graph, "head.bias", outputs)], Attributes("transB=1"));
    }

    /// <summary>Initialisers that are inputs of the graph too, as exporters of the first operator sets write them.</summary>
    private static byte[] ParametersAsInputs(byte[] model) => OnnxBytes.Change(model, static message =>
    {
        foreach (TensorProto tensor in message.Graph.Initializer)
        {
            var shape = new TensorShapeProto();
            shape.Dim.AddRange(tensor.Dims.Select(static extent => new TensorShapeProto.Types.Dimension { DimValue = extent }));
            message.Graph.Input.Add(new ValueInfoProto { Name = tensor.Name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = tensor.DataType, Shape = shape } } });
        }
    });
}
