using TileProof.Golden.Onnx;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.OnnxRuntime;

/// <summary>A quantized network as ONNX Runtime itself would run it: standard quantized operators on uint8, with float requantization.</summary>
/// <remarks>
/// This is a peer to compare accuracy with, not a golden: its requantization is a float multiplication with one rounding, not the
/// DSP's shifts. Activations and weights are the int8 codes moved by 128, the form whose integer products are exact on every CPU.
/// </remarks>
public sealed class OnnxRuntimeInt8Network : IDisposable
{
    private readonly Network network;
    private readonly string[] outputNames;
    private readonly OnnxRuntimeSession session;

    /// <summary>Builds and loads the graph.</summary>
    /// <param name="network">The network; its weights are symmetric.</param>
    /// <param name="allValues">Whether <see cref="Run"/> returns the output of every call, or of the last one only.</param>
    /// <param name="threadCount">Threads inside one node.</param>
    /// <param name="isExact">Whether 8-bit products are exact on every CPU; false for ONNX Runtime's own default.</param>
    /// <exception cref="NotSupportedException">A call has no standard quantized form.</exception>
    public OnnxRuntimeInt8Network(Network network, bool allValues = true, int threadCount = 1, bool isExact = true)
    {
        ArgumentNullException.ThrowIfNull(network);
        this.network = network;
        outputNames = allValues ? [.. network.Calls.Select(static call => call.Output.Name)] : [network.Output.Name];
        session = new OnnxRuntimeSession(Build(network, outputNames), threadCount, isExact: isExact);
    }

    /// <summary>Version and settings, one line for reports.</summary>
    public string Settings => session.Settings;

    /// <summary>Runs the network.</summary>
    /// <param name="image">float32, of the network's input shape.</param>
    /// <returns>Values by name; int8 ones with the codes of the network.</returns>
    public IReadOnlyDictionary<string, Tensor> Run(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        OnnxTensor[] inputs = [.. network.InputValues(image).Select(static pair => OnnxTensor.Create<float>(pair.Key.Name, pair.Value.Float32, GraphNames.DimensionsOf(pair.Key.Shape)))];
        Dictionary<string, TensorInfo> values = network.Calls.ToDictionary(static call => call.Output.Name, static call => call.Output, StringComparer.Ordinal);
        return session.Run(outputNames, inputs).ToDictionary(static output => output.Name, output => FromOnnx(values[output.Name], output), StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    private static Tensor FromOnnx(TensorInfo value, OnnxTensor output)
    {
        if (value.ElementType == ElementType.Float32)
        {
            return Tensor.FromFloat32(value.Shape, output.Elements<float>());
        }

        Tensor tensor = Tensor.Create(value.Shape, ElementType.Int8);
        ReadOnlySpan<byte> codes = output.Elements<byte>();
        Span<sbyte> levels = tensor.Int8;
        for (int i = 0; i < codes.Length; i++)
        {
            levels[i] = unchecked((sbyte)(codes[i] ^ 0x80));
        }

        return tensor;
    }

    private static byte[] Build(Network network, IEnumerable<string> outputNames)
    {
        var graph = new OnnxGraphBuilder(network.Name);
        foreach (TensorInfo input in network.Inputs)
        {
            graph.AddInput(input.Name, OnnxElementType.Float32, GraphNames.DimensionsOf(input.Shape));
        }

        foreach (OperatorCall call in network.Calls)
        {
            Append(graph, call);
        }

        Dictionary<string, TensorInfo> values = network.Calls.ToDictionary(static call => call.Output.Name, static call => call.Output, StringComparer.Ordinal);
        foreach (TensorInfo value in outputNames.Select(name => values[name]))
        {
            OnnxElementType elementType = value.ElementType == ElementType.Int8 ? OnnxElementType.UInt8 : OnnxElementType.Float32;
            graph.AddOutput(value.Name, elementType, GraphNames.DimensionsOf(value.Shape));
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
                AppendQuantize(graph, input, call.Output);
                break;
            case DequantizePerTensorCall:
                graph.AddNamedNode(output, "DequantizeLinear", [input, Scale(graph, call.Input), ZeroPoint(graph, call.Input)]);
                break;
            case Conv2dCall convolution:
                AppendConvolution(graph, convolution);
                break;
            case QuantizedReluCall:
                AppendQuantize(graph, graph.AddNode("Relu", [Real(graph, call.Input)]), call.Output);
                break;
            case QuantizedLinearCall linear:
                AppendLinear(graph, linear);
                break;
            case MaxPool2dCall pool:
                graph.AddNamedNode(
                    output,
                    "MaxPool",
                    [input],
                    FloatOperatorGraphs.WindowOf(pool.Shape));
                break;
            case PadCall { Output.ElementType: ElementType.Float32 } pad:
                graph.AddNamedNode(output, "Pad", [input, graph.AddInitializer<long>($"{output}.pads", [0, 0, pad.PadTop, pad.PadLeft, 0, 0, pad.PadBottom, pad.PadRight], 8)]);
                break;
            case AveragePool2dCall average:
                AppendQuantize(graph, graph.AddNode("AveragePool", [Real(graph, call.Input)], FloatOperatorGraphs.WindowOf(average.Shape)), call.Output);
                break;
            case AddCall:
                graph.AddNamedNode(output, "Add", [input, call.Inputs[1].Name]);
                break;
            case ConcatCall concat:
                graph.AddNamedNode(output, "Concat", [.. concat.Inputs.Select(static value => value.Name)], OnnxAttributeValue.Int("axis", concat.Axis));
                break;
            case SliceCall slice:
                FloatOperatorGraphs.AddSlice(graph, output, input, slice);
                break;
            case MeanCall:
                graph.AddNamedNode(output, "GlobalAveragePool", [input]);
                break;
            case SoftmaxCall:
                graph.AddNamedNode(output, "Softmax", [input], OnnxAttributeValue.Int("axis", 1));
                break;
            default:
                throw new NotSupportedException($"'{call.Name}' ({call.Kind}) has no standard quantized form.");
        }
    }

    private static void AppendConvolution(OnnxGraphBuilder graph, Conv2dCall call)
    {
        Conv2dShape shape = call.Shape;
        string weights = graph.AddInitializer<byte>($"{call.Output.Name}.weight", UnsignedBytes.Of(call.Weights), GraphNames.DimensionsOf(shape.WeightShape()));
        bool isPerTensor = call.WeightScales.Length == 1;
        string weightScales = isPerTensor
            ? graph.AddScalar(call.WeightScales[0])
            : graph.AddInitializer<float>($"{call.Output.Name}.weight_scale", call.WeightScales, call.WeightScales.Length);
        string weightZeroPoints = isPerTensor
            ? UnsignedBytes.AddZeroPoint(graph, 0)
            : graph.AddInitializer<byte>($"{call.Output.Name}.weight_zero_point", UnsignedBytes.Of(new sbyte[call.WeightScales.Length]), call.WeightScales.Length);
        string levels = call.IsClamped ? $"{call.Output.Name}.unclipped" : call.Output.Name;
        graph.AddNamedNode(
            levels,
            "QLinearConv",
            [
                call.Input.Name, Scale(graph, call.Input), ZeroPoint(graph, call.Input),
                weights, weightScales, weightZeroPoints,
                Scale(graph, call.Output), ZeroPoint(graph, call.Output),
                graph.AddInitializer<int>($"{call.Output.Name}.bias", call.Bias, call.Bias.Length),
            ],
            OnnxAttributeValue.Ints("kernel_shape", shape.KernelHeight, shape.KernelWidth),
            OnnxAttributeValue.Ints("strides", shape.StrideHeight, shape.StrideWidth),
            OnnxAttributeValue.Ints("pads", shape.PadTop, shape.PadLeft, shape.PadBottom, shape.PadRight),
            OnnxAttributeValue.Ints("dilations", shape.DilationHeight, shape.DilationWidth),
            OnnxAttributeValue.Int("group", shape.Groups));
        if (call.IsClamped)
        {
            graph.AddNamedNode(
                call.Output.Name,
                "Clip",
                [levels, graph.AddScalar((byte)(call.ClampMinimum - sbyte.MinValue)), graph.AddScalar((byte)(call.ClampMaximum - sbyte.MinValue))]);
        }
    }

    private static void AppendLinear(OnnxGraphBuilder graph, QuantizedLinearCall call)
    {
        string rows = graph.AddNode("Flatten", [Real(graph, call.Input)], OnnxAttributeValue.Int("axis", 1));
        string weights = graph.AddNode(
            "DequantizeLinear",
            [
                graph.AddInitializer<byte>($"{call.Output.Name}.weight", UnsignedBytes.Of(call.Weights), call.OutputFeatures, call.InputFeatures),
                graph.AddScalar(call.WeightScale),
                UnsignedBytes.AddZeroPoint(graph, call.WeightZeroPoint),
            ]);
        string bias = graph.AddNode(
            "DequantizeLinear",
            [
                graph.AddInitializer<int>($"{call.Output.Name}.bias", call.Bias, call.Bias.Length),
                graph.AddScalar(call.Input.RequiredQuantization.Scale * call.WeightScale),
                graph.AddScalar(0),
            ]);
        string product = graph.AddNode("Gemm", [rows, weights, bias], OnnxAttributeValue.Int("transB", 1));
        string shape = graph.AddInitializer<long>($"{call.Output.Name}.shape", GraphNames.DimensionsOf(call.Output.Shape), 4);
        AppendQuantize(graph, graph.AddNode("Reshape", [product, shape]), call.Output);
    }

    private static void AppendQuantize(OnnxGraphBuilder graph, string real, TensorInfo output) =>
        graph.AddNamedNode(output.Name, "QuantizeLinear", [real, Scale(graph, output), ZeroPoint(graph, output)]);

    private static string Real(OnnxGraphBuilder graph, TensorInfo value) =>
        graph.AddNode("DequantizeLinear", [value.Name, Scale(graph, value), ZeroPoint(graph, value)]);

    private static string Scale(OnnxGraphBuilder graph, TensorInfo value) => graph.AddScalar(value.RequiredQuantization.Scale);

    private static string ZeroPoint(OnnxGraphBuilder graph, TensorInfo value) => UnsignedBytes.AddZeroPoint(graph, value.RequiredQuantization.ZeroPoint);
}
