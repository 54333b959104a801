using TileProof.Golden.Networks;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Quantization;

/// <summary>The calls made so far, with each value in the types it exists in; converts a value where a call needs its other type.</summary>
internal sealed class CallList
{
    private readonly FloatNetwork network;
    private readonly Calibration calibration;
    private readonly TensorInfo input;
    private readonly List<OperatorCall> calls = [];
    private readonly Dictionary<string, TensorInfo> int8Values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorInfo> float32Values = new(StringComparer.Ordinal);

    /// <summary>Starts with the network's input, in float32.</summary>
    public CallList(FloatNetwork network, Calibration calibration)
    {
        this.network = network;
        this.calibration = calibration;
        input = Float32(network.InputName, network.InputName);
        float32Values.Add(network.InputName, input);
    }

    /// <summary>Adds the call of a node with one int8 input and an int8 output.</summary>
    public void AddInt8(FloatNode node, Func<CallHeader, TensorInfo, TensorInfo, OperatorCall> makeCall)
    {
        TensorInfo source = AsInt8(node.Inputs[0]);
        TensorInfo output = Int8(node.Name, node.Name);
        calls.Add(makeCall(new CallHeader(calls.Count, node.Name), source, output));
        int8Values.Add(node.Name, output);
    }

    /// <summary>Adds the call of a node with float32 inputs and a float32 output.</summary>
    public void AddFloat32(FloatNode node, Func<CallHeader, IReadOnlyList<TensorInfo>, TensorInfo, OperatorCall> makeCall)
    {
        TensorInfo[] sources = [.. node.Inputs.Select(AsFloat32)];
        TensorInfo output = Float32(node.Name, node.Name);
        calls.Add(makeCall(new CallHeader(calls.Count, node.Name), sources, output));
        float32Values.Add(node.Name, output);
    }

    /// <summary>The value in int8, quantized now if it exists only in float32.</summary>
    public TensorInfo AsInt8(string value)
    {
        if (!int8Values.TryGetValue(value, out TensorInfo? converted))
        {
            converted = Int8(value, $"{value}.int8");
            calls.Add(new QuantizePerTensorCall { Index = calls.Count, Name = $"{value}.quantize", Inputs = [float32Values[value]], Output = converted });
            int8Values.Add(value, converted);
        }

        return converted;
    }

    /// <summary>The value in float32, dequantized now if it exists only in int8.</summary>
    public TensorInfo AsFloat32(string value)
    {
        if (!float32Values.TryGetValue(value, out TensorInfo? converted))
        {
            converted = Float32(value, $"{value}.float32");
            calls.Add(new DequantizePerTensorCall { Index = calls.Count, Name = $"{value}.dequantize", Inputs = [int8Values[value]], Output = converted });
            float32Values.Add(value, converted);
        }

        return converted;
    }

    /// <summary>The quantized network.</summary>
    public Network ToNetwork(IReadOnlyList<TensorInfo> outputs) => new(network.Name, input, calls, outputs);

    private TensorInfo Int8(string value, string name) =>
        new(name, network.ShapeOf(value), ElementType.Int8, calibration.RangeOf(value).ToQuantization());

    private TensorInfo Float32(string value, string name) => new(name, network.ShapeOf(value), ElementType.Float32, null);
}
