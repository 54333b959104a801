using TileProof.Golden.Networks;
using TileProof.Golden.Onnx;
using TileProof.Golden.OnnxRuntime;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Export.Onnx;

/// <summary>Writes networks as ONNX models that other tools can run and that import again as the same network.</summary>
/// <remarks>
/// A quantized network is written in QDQ form: each int8 call is the float operator between DequantizeLinear and QuantizeLinear, with
/// its weights as int8 and its bias as int32 levels. Node names are call names, value names are kept.
/// </remarks>
public static class OnnxModelWriter
{
    /// <summary>The text of a pooling or padding that is one of float32 numbers, although the levels before and behind it may be the same: it is read again as what it was.</summary>
    internal const string RealNumbers = "of float32 numbers";

    /// <summary>A float network, batch normalization folded.</summary>
    /// <exception cref="NotSupportedException">A node has no ONNX rule.</exception>
    public static byte[] Write(FloatNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return FloatOnnxModel.Build(network, network.OutputNames);
    }

    /// <summary>A quantized network in QDQ form.</summary>
    /// <exception cref="NotSupportedException">A call has no ONNX rule, or its rescaling is not that of its scales.</exception>
    public static byte[] Write(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var graph = new OnnxGraphBuilder(network.Name);
        graph.AddInput(network.Input.Name, OnnxElementType.Float32, Dimensions(network.Input.Shape));
        foreach (NetworkInput other in network.OtherInputs)
        {
            _ = other.IsConstant
                ? graph.AddInitializer<float>(other.Value.Name, other.Data.Float32, Dimensions(other.Value.Shape))
                : graph.AddInput(other.Value.Name, OnnxElementType.Float32, Dimensions(other.Value.Shape));
        }

        foreach (OperatorCall call in network.Calls)
        {
            Append(graph, call);
        }

        foreach (TensorInfo output in network.Outputs)
        {
            graph.AddOutput(output.Name, output.ElementType == ElementType.Int8 ? OnnxElementType.Int8 : OnnxElementType.Float32, Dimensions(output.Shape));
        }

        return graph.Build();
    }

    private static void Append(OnnxGraphBuilder graph, OperatorCall call)
    {
        string input = call.Input.Name;
        string output = call.Output.Name;
        switch (call)
        {
            case QuantizePerTensorCall:
                AppendQuantize(graph, call.Name, input, call.Output);
                break;
            case DequantizePerTensorCall:
                AppendDequantize(graph, call.Name, output, call.Input);
                break;
            case Conv2dCall conv:
                AppendConvolution(graph, conv);
                break;
            case QuantizedReluCall relu:
                RequireRescaling(relu, relu.OutputMultiplier, relu.OutputShift, (double)relu.Input.RequiredQuantization.Scale / relu.Output.RequiredQuantization.Scale);
                AppendQuantize(graph, $"{output}.quantize", graph.AddNamedNode(call.Name, Real(output), "Relu", [Dequantized(graph, relu)]), relu.Output);
                break;
            case QuantizedLinearCall linear:
                AppendLinear(graph, linear);
                break;
            case MaxPool2dCall { Output.ElementType: ElementType.Float32 } pool:
                AppendMaxPool(graph, pool);
                graph.Describe(RealNumbers);
                break;
            case MaxPool2dCall levels:
                AppendQuantize(graph, $"{output}.quantize", graph.AddNamedNode(call.Name, Real(output), "MaxPool", [Dequantized(graph, levels)], FloatOperatorGraphs.WindowOf(levels.Shape)), levels.Output);
                break;
            case AveragePool2dCall average:
                AppendQuantize(graph, $"{output}.quantize", graph.AddNamedNode(call.Name, Real(output), "AveragePool", [Dequantized(graph, average)], FloatOperatorGraphs.WindowOf(average.Shape)), average.Output);
                break;
            case PadCall { Output.ElementType: ElementType.Float32 } pad:
                graph.AddNamedNode(call.Name, output, "Pad", [input, Pads(graph, pad)]);
                graph.Describe(RealNumbers);
                break;
            case PadCall pad:
                float number = pad.Output.RequiredQuantization.Scale * (pad.Level - pad.Output.RequiredQuantization.ZeroPoint);
                AppendQuantize(graph, $"{output}.quantize", graph.AddNamedNode(call.Name, Real(output), "Pad", [Dequantized(graph, pad), Pads(graph, pad), graph.AddScalar(number)]), pad.Output);
                break;
            case LevelArithmeticCall { Operation: LevelOperation.Multiply }:
                string[] factors = [.. call.Inputs.Select((value, i) =>
                {
                    AppendDequantize(graph, $"{output}.input{i}", $"{output}.input{i}", value);
                    return $"{output}.input{i}";
                })];
                AppendQuantize(graph, $"{output}.quantize", graph.AddNamedNode(call.Name, Real(output), "Mul", factors), call.Output);
                break;
            case ConcatCall concat:
                graph.AddNamedNode(call.Name, output, "Concat", [.. concat.Inputs.Select(static value => value.Name)], OnnxAttributeValue.Int("axis", concat.Axis));
                break;
            case SliceCall slice:
                FloatOperatorGraphs.AddSlice(graph, output, input, slice);
                break;
            case AddCall:
                graph.AddNamedNode(call.Name, output, "Add", [input, call.Inputs[1].Name]);
                break;
            case MeanCall:
                graph.AddNamedNode(call.Name, output, "GlobalAveragePool", [input]);
                break;
            case SoftmaxCall:
                graph.AddNamedNode(call.Name, output, "Softmax", [input], OnnxAttributeValue.Int("axis", 1));
                break;
            case OnnxFallbackCall fallback:
                graph.AddModel(output, fallback.Model, [.. call.Inputs.Select(static value => value.Name)]);
                break;
            default:
                throw new NotSupportedException($"'{call.Name}' ({call.Kind}) cannot be written as ONNX.");
        }
    }

    private static string Pads(OnnxGraphBuilder graph, PadCall pad) =>
        graph.AddInitializer<long>($"{pad.Output.Name}.pads", [0, 0, pad.PadTop, pad.PadLeft, 0, 0, pad.PadBottom, pad.PadRight], 8);

    private static string Real(string value) => $"{value}.real";

    private static void AppendQuantize(OnnxGraphBuilder graph, string nodeName, string input, TensorInfo output) => graph.AddNamedNode(
        nodeName, output.Name, "QuantizeLinear", [input, graph.AddScalar(output.RequiredQuantization.Scale), graph.AddScalar((sbyte)output.RequiredQuantization.ZeroPoint)]);

    private static void AppendDequantize(OnnxGraphBuilder graph, string nodeName, string outputName, TensorInfo input) => graph.AddNamedNode(
        nodeName, outputName, "DequantizeLinear", [input.Name, graph.AddScalar(input.RequiredQuantization.Scale), graph.AddScalar((sbyte)input.RequiredQuantization.ZeroPoint)]);

    private static string Dequantized(OnnxGraphBuilder graph, OperatorCall call)
    {
        string name = $"{call.Output.Name}.input";
        AppendDequantize(graph, name, name, call.Input);
        return name;
    }

    private static void AppendConvolution(OnnxGraphBuilder graph, Conv2dCall conv)
    {
        Conv2dShape shape = conv.Shape;
        string output = conv.Output.Name;
        string weights = AppendConstant<sbyte>(graph, $"{output}.weight", conv.Weights, conv.WeightScales, Dimensions(shape.WeightShape()));
        string bias = AppendConstant<int>(graph, $"{output}.bias", conv.Bias, conv.BiasScales, [conv.Bias.Length]);
        string real = graph.AddNamedNode(
            conv.Name,
            conv.IsClamped ? $"{output}.unclipped" : Real(output),
            "Conv",
            [Dequantized(graph, conv), weights, bias],
            OnnxAttributeValue.Ints("kernel_shape", shape.KernelHeight, shape.KernelWidth),
            OnnxAttributeValue.Ints("strides", shape.StrideHeight, shape.StrideWidth),
            OnnxAttributeValue.Ints("pads", shape.PadTop, shape.PadLeft, shape.PadBottom, shape.PadRight),
            OnnxAttributeValue.Ints("dilations", shape.DilationHeight, shape.DilationWidth),
            OnnxAttributeValue.Int("group", shape.Groups));
        if (conv.IsClamped)
        {
            QuantizationParameters quantization = conv.Output.RequiredQuantization;
            float smallest = conv.ClampMinimum == sbyte.MinValue ? float.NegativeInfinity : (conv.ClampMinimum - quantization.ZeroPoint) * quantization.Scale;
            float largest = conv.ClampMaximum == sbyte.MaxValue ? float.PositiveInfinity : (conv.ClampMaximum - quantization.ZeroPoint) * quantization.Scale;
            real = graph.AddNamedNode($"{conv.Name}.clip", Real(output), "Clip", [real, graph.AddScalar(smallest), graph.AddScalar(largest)]);
        }

        AppendQuantize(graph, $"{output}.quantize", real, conv.Output);
    }

    private static void AppendLinear(OnnxGraphBuilder graph, QuantizedLinearCall linear)
    {
        string output = linear.Output.Name;
        float biasScale = linear.Input.RequiredQuantization.Scale * linear.WeightScale;
        RequireRescaling(linear, linear.OutputMultiplier, linear.OutputShift, (double)biasScale / linear.Output.RequiredQuantization.Scale);
        if (linear.WeightZeroPoint != 0)
        {
            throw new NotSupportedException($"'{linear.Name}' has the weight zero point {linear.WeightZeroPoint}; the QDQ form is written for symmetric weights.");
        }

        string rows = graph.AddNode("Flatten", [Dequantized(graph, linear)], OnnxAttributeValue.Int("axis", 1));
        string weights = AppendConstant<sbyte>(graph, $"{output}.weight", linear.Weights, [linear.WeightScale], [linear.OutputFeatures, linear.InputFeatures]);
        string bias = AppendConstant<int>(graph, $"{output}.bias", linear.Bias, [biasScale], [linear.Bias.Length]);
        string product = graph.AddNamedNode(linear.Name, $"{output}.product", "Gemm", [rows, weights, bias], OnnxAttributeValue.Int("transB", 1));
        string shape = graph.AddInitializer<long>($"{output}.shape", Dimensions(linear.Output.Shape), 4);
        AppendQuantize(graph, $"{output}.quantize", graph.AddNamedNode(Real(output), "Reshape", [product, shape]), linear.Output);
    }

    private static void AppendMaxPool(OnnxGraphBuilder graph, MaxPool2dCall pool) => graph.AddNamedNode(
        pool.Name,
        pool.Output.Name,
        "MaxPool",
        [pool.Input.Name],
        FloatOperatorGraphs.WindowOf(pool.Shape));

    private static string AppendConstant<T>(OnnxGraphBuilder graph, string name, T[] levels, float[] scales, long[] dimensions)
        where T : unmanaged
    {
        string stored = graph.AddInitializer<T>($"{name}.levels", levels, dimensions);
        bool isPerTensor = scales.Length == 1;
        string scale = isPerTensor ? graph.AddScalar(scales[0]) : graph.AddInitializer<float>($"{name}.scale", scales, scales.Length);
        string zeroPoint = isPerTensor ? graph.AddScalar(default(T)) : graph.AddInitializer<T>($"{name}.zero_point", new T[scales.Length], scales.Length);
        return isPerTensor
            ? graph.AddNamedNode(name, "DequantizeLinear", [stored, scale, zeroPoint])
            : graph.AddNamedNode(name, "DequantizeLinear", [stored, scale, zeroPoint], OnnxAttributeValue.Int("axis", 0));
    }

    private static void RequireRescaling(OperatorCall call, int multiplier, int shift, double factor)
    {
        if (FixedPointMultiplier.FromFactor(factor) != (multiplier, shift))
        {
            throw new NotSupportedException($"'{call.Name}' rescales by another factor than its scales state; the QDQ form holds only scales.");
        }
    }

    private static long[] Dimensions(TensorShape shape) => [shape.Batch, shape.Channels, shape.Height, shape.Width];
}
