using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Kernels;
using TileProof.Kernels.Host;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Verification.Classification;

/// <summary>A network of which some layers run in int8, with the bytes of the DSP, and the others in float.</summary>
/// <remarks>
/// A layer is a convolution with the rectifier that alone reads it, a rectifier of its own, or a fully connected layer. All other operators read and
/// write float32 on the DSP anyway and are computed as there. With every layer in int8 the outputs are those of the DSP, byte for byte.
/// Not for several threads at once.
/// </remarks>
internal sealed class MixedPrecisionNetwork : IDisposable
{
    private readonly FloatNetwork network;
    private readonly ParameterDerivation derivation;
    private readonly DataParallelEngine engine = new(new HostExecutor(threadCount: 1));
    private readonly Dictionary<string, OperatorCall> calls;
    private readonly Dictionary<string, FloatGolden> floatNodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> layerOfNode = new(StringComparer.Ordinal);
    private readonly Dictionary<TensorInfo, QuantizePerTensorCall> quantizers = [];
    private readonly Dictionary<TensorInfo, DequantizePerTensorCall> dequantizers = [];

    /// <summary>Prepares a network.</summary>
    public MixedPrecisionNetwork(Quantized form, ParameterDerivation derivation)
    {
        network = form.Float;
        this.derivation = derivation;
        calls = form.Network.Calls.ToDictionary(static call => call.Name, StringComparer.Ordinal);
        FindLayers();
    }

    /// <summary>The layers in the order of the network, by their first call.</summary>
    public IReadOnlyList<string> Layers { get; private set; } = [];

    /// <summary>The call of a layer that its name is of.</summary>
    public OperatorCall CallOf(string layer) => calls[layer];

    /// <summary>Runs the network.</summary>
    /// <param name="images">float32, of the network's input shape.</param>
    /// <param name="floatLayers">Names of <see cref="Layers"/> that run in float.</param>
    public MixedRun Run(Tensor images, IReadOnlySet<string> floatLayers)
    {
        var values = new Dictionary<string, Value>(StringComparer.Ordinal) { [network.InputName] = new Value(images, null, null) };
        foreach (FloatNode node in network.Nodes)
        {
            values.Add(node.Name, Compute(node, values, floatLayers));
        }

        return new MixedRun(values, RealOf(values[network.OutputName]));
    }

    /// <summary>Runs the network again after the form of one layer has changed: only what depends on it.</summary>
    /// <param name="before">A run with the other form of the layer.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="floatLayers">The layers that run in float now.</param>
    public MixedRun Rerun(MixedRun before, string layer, IReadOnlySet<string> floatLayers)
    {
        var values = new Dictionary<string, Value>(before.Values, StringComparer.Ordinal);
        var changed = new HashSet<string>(StringComparer.Ordinal);
        foreach (FloatNode node in network.Nodes)
        {
            if (layerOfNode.GetValueOrDefault(node.Name) == layer || node.Inputs.Any(changed.Contains))
            {
                values[node.Name] = Compute(node, values, floatLayers);
                changed.Add(node.Name);
            }
        }

        return new MixedRun(values, RealOf(values[network.OutputName]));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        engine.Dispose();
        foreach (FloatGolden node in floatNodes.Values)
        {
            node.Dispose();
        }
    }

    private void FindLayers()
    {
        var layers = new List<string>();
        foreach (FloatNode node in network.Nodes)
        {
            bool isRectifierOfLayer = node is FloatRelu
                && network.Nodes.Count(other => other.Inputs.Contains(node.Inputs[0])) == 1
                && network.Nodes.Any(other => other is FloatConv2d && other.Name == node.Inputs[0])
                && !network.OutputNames.Contains(node.Inputs[0]);
            if (isRectifierOfLayer)
            {
                layerOfNode.Add(node.Name, layerOfNode[node.Inputs[0]]);
            }
            else if (node is FloatConv2d or FloatLinear or FloatRelu)
            {
                layers.Add(node.Name);
                layerOfNode.Add(node.Name, node.Name);
            }
        }

        Layers = layers;
    }

    private Value Compute(FloatNode node, Dictionary<string, Value> values, IReadOnlySet<string> floatLayers)
    {
        OperatorCall call = calls[node.Name];
        Value[] inputs = [.. node.Inputs.Select(input => values[input])];
        if (layerOfNode.TryGetValue(node.Name, out string? layer) && floatLayers.Contains(layer))
        {
            return new Value(FloatNodeOf(node).Run(RealOf(inputs[0]))[node.Name], null, null);
        }

        Tensor[] operands = [.. inputs.Select((input, i) => call.Inputs[i].ElementType == ElementType.Int8 ? LevelsOf(input, call.Inputs[i]) : RealOf(input))];
        Tensor output = engine.Run(call, operands, derivation);
        return call.Output.ElementType == ElementType.Int8 ? new Value(null, output, call.Output) : new Value(output, null, null);
    }

    /// <summary>The node alone in ONNX Runtime.</summary>
    private FloatGolden FloatNodeOf(FloatNode node)
    {
        if (!floatNodes.TryGetValue(node.Name, out FloatGolden? golden))
        {
            string input = node.Inputs[0];
            golden = new FloatGolden(new FloatNetwork(node.Name, input, network.ShapeOf(input), [node]));
            floatNodes.Add(node.Name, golden);
        }

        return golden;
    }

    private Tensor RealOf(Value value)
    {
        if (value.Real is null)
        {
            TensorInfo levels = value.Info!;
            if (!dequantizers.TryGetValue(levels, out DequantizePerTensorCall? call))
            {
                call = new DequantizePerTensorCall { Index = 0, Name = levels.Name, Inputs = [levels], Output = new TensorInfo(levels.Name, levels.Shape, ElementType.Float32, null) };
                dequantizers.Add(levels, call);
            }

            value.Real = engine.Run(call, [value.Levels!], derivation);
        }

        return value.Real;
    }

    private Tensor LevelsOf(Value value, TensorInfo wanted)
    {
        if (value.Levels is { } levels && value.Info!.RequiredQuantization == wanted.RequiredQuantization)
        {
            return levels;
        }

        if (!quantizers.TryGetValue(wanted, out QuantizePerTensorCall? call))
        {
            call = new QuantizePerTensorCall { Index = 0, Name = wanted.Name, Inputs = [new TensorInfo(wanted.Name, wanted.Shape, ElementType.Float32, null)], Output = wanted };
            quantizers.Add(wanted, call);
        }

        return engine.Run(call, [RealOf(value)], derivation);
    }

    /// <summary>A value in the forms that it has so far.</summary>
    internal sealed class Value(Tensor? real, Tensor? levels, TensorInfo? info)
    {
        /// <summary>As float32; null until it is asked for.</summary>
        public Tensor? Real { get; set; } = real;

        /// <summary>As int8 levels; null for a value that was made in float.</summary>
        public Tensor? Levels { get; } = levels;

        /// <summary>What the levels mean.</summary>
        public TensorInfo? Info { get; } = info;
    }
}
