using TileProof.Golden.Onnx;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Golden.OnnxRuntime;

/// <summary>The golden engine: every operator as a graph of standard ONNX operators, run by ONNX Runtime.</summary>
/// <remarks>
/// All operators but softmax give the DSP's bytes exactly; softmax agrees within a few units in the last place.
/// The graph of a call is built and loaded once and kept until <see cref="ReleaseGraphs"/> or <see cref="Dispose"/>. Safe for use from several threads.
/// </remarks>
public sealed class OnnxRuntimeGolden : IOperatorEngine, IDisposable
{
    private readonly Dictionary<(OperatorCall Call, ParameterDerivation Derivation), OnnxRuntimeSession> sessions = [];
    private readonly Lock sessionsLock = new();
    private readonly int threadCount;
    private bool disposed;

    /// <summary>Makes an engine without any graph loaded.</summary>
    /// <param name="threadCount">Threads inside one ONNX Runtime node; the integer results do not depend on it.</param>
    public OnnxRuntimeGolden(int threadCount = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threadCount, 1);
        this.threadCount = threadCount;
    }

    /// <inheritdoc/>
    public string Name => "onnxruntime";

    /// <inheritdoc/>
    public string Description => OnnxRuntimeSession.SettingsFor(threadCount);

    /// <inheritdoc/>
    public Tensor Run(OperatorCall call, IReadOnlyList<Tensor> inputs, ParameterDerivation derivation)
    {
        CallInputs.Require(call, inputs);
        OnnxTensor[] tensors = [.. inputs.Select((input, i) => ToOnnx(GraphNames.InputAt(i), input))];
        OnnxTensor output = SessionOf(call, derivation).Run([GraphNames.Output], tensors)[0];
        return Tensor.FromBytes(call.Output.Shape, call.Output.ElementType, output.Bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (sessionsLock)
        {
            disposed = true;
        }

        ReleaseGraphs();
    }

    /// <summary>Unloads all graphs, which hold copies of the weights; a call that runs again loads its graph again. No call may be running.</summary>
    public void ReleaseGraphs()
    {
        lock (sessionsLock)
        {
            foreach (OnnxRuntimeSession session in sessions.Values)
            {
                session.Dispose();
            }

            sessions.Clear();
        }
    }

    private static OnnxTensor ToOnnx(string name, Tensor tensor) => tensor.ElementType == ElementType.Int8
        ? OnnxTensor.Create<sbyte>(name, tensor.Int8, GraphNames.DimensionsOf(tensor.Shape))
        : OnnxTensor.Create<float>(name, tensor.Float32, GraphNames.DimensionsOf(tensor.Shape));

    private static OnnxElementType ToOnnx(ElementType elementType) =>
        elementType == ElementType.Int8 ? OnnxElementType.Int8 : OnnxElementType.Float32;

    private static byte[] BuildModel(OperatorCall call, ParameterDerivation derivation)
    {
        if (call is OnnxFallbackCall fallback)
        {
            return fallback.Model;
        }

        if (call is Conv2dCall conv)
        {
            return ConvolutionGraph.Build(conv.Shape, conv.Input.Shape.Batch, conv.Weights, conv.Requantize(derivation));
        }

        var graph = new OnnxGraphBuilder(call.Kind.ToString());
        string input = graph.AddInput(GraphNames.Input, ToOnnx(call.Input.ElementType), GraphNames.DimensionsOf(call.Input.Shape));
        string[] others = [.. call.Inputs.Skip(1).Select((value, i) => graph.AddInput(GraphNames.InputAt(i + 1), ToOnnx(value.ElementType), GraphNames.DimensionsOf(value.Shape)))];
        switch (call)
        {
            case MaxPool2dCall pool:
                FloatOperatorGraphs.AddMaxPool2d(graph, input, pool);
                break;
            case AveragePool2dCall average:
                AveragePoolGraph.Add(graph, input, average);
                break;
            case MeanCall:
                FloatOperatorGraphs.AddMean(graph, input, call.Input.Shape);
                break;
            case QuantizePerTensorCall quantize:
                QuantizationGraphs.AddQuantize(graph, input, quantize);
                break;
            case DequantizePerTensorCall dequantize:
                QuantizationGraphs.AddDequantize(graph, input, dequantize);
                break;
            case QuantizedReluCall relu:
                QuantizationGraphs.AddRectify(graph, input, relu);
                break;
            case QuantizedLinearCall linear:
                LinearGraph.Add(graph, input, linear);
                break;
            case AddCall:
                FloatOperatorGraphs.AddSum(graph, input, others[0]);
                break;
            case LevelArithmeticCall arithmetic:
                LevelGraph.AddArithmetic(graph, [input, .. others], arithmetic);
                break;
            case ConcatCall concat:
                graph.AddNamedNode(GraphNames.Output, "Concat", [input, .. others], OnnxAttributeValue.Int("axis", concat.Axis));
                break;
            case PadCall pad:
                AddPad(graph, input, pad);
                break;
            case SliceCall slice:
                FloatOperatorGraphs.AddSlice(graph, GraphNames.Output, input, slice);
                break;
            case SoftmaxCall:
                FloatOperatorGraphs.AddSoftmax(graph, input);
                break;
            default:
                throw new NotSupportedException($"The ONNX Runtime golden does not implement {call.Kind}.");
        }

        graph.AddOutput(GraphNames.Output, ToOnnx(call.Output.ElementType), GraphNames.DimensionsOf(call.Output.Shape));
        return graph.Build();
    }

    private static void AddPad(OnnxGraphBuilder graph, string input, PadCall call)
    {
        string pads = graph.AddInitializer<long>("pads", [0, 0, call.PadTop, call.PadLeft, 0, 0, call.PadBottom, call.PadRight], 8);
        string value = call.Input.ElementType == ElementType.Int8 ? graph.AddScalar(call.Level) : graph.AddScalar(0f);
        graph.AddNamedNode(GraphNames.Output, "Pad", [input, pads, value]);
    }

    private OnnxRuntimeSession SessionOf(OperatorCall call, ParameterDerivation derivation)
    {
        (OperatorCall Call, ParameterDerivation Derivation) key = (call, call is Conv2dCall ? derivation : default);
        lock (sessionsLock)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (!sessions.TryGetValue(key, out OnnxRuntimeSession? session))
            {
                session = new OnnxRuntimeSession(BuildModel(call, derivation), threadCount);
                sessions.Add(key, session);
            }

            return session;
        }
    }
}
