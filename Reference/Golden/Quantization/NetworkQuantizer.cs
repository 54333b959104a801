using TileProof.Golden.Networks;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Quantization;

/// <summary>Turns a float network into calls of the modelled library (post-training quantization).</summary>
/// <remarks>
/// The rules know operators, not networks:
/// <list type="number">
/// <item>Nodes become calls in their own order.</item>
/// <item>Convolution, rectifier, linear layer and average pooling read and write int8; max pooling, padding, addition, mean and softmax read and write float32.</item>
/// <item>A value is converted just before the first call that needs it in its other type (quantize or dequantize), and only once;
/// the operands of a call are converted in operand order.</item>
/// <item>The network's input and outputs are float32.</item>
/// </list>
/// For the ResNets this gives the published operator order. Values keep their node's name; a converted one gets <c>.int8</c> or <c>.float32</c> after it.
/// </remarks>
public static class NetworkQuantizer
{
    /// <summary>Quantizes a network.</summary>
    /// <param name="network">Batch normalization is folded first where it is not.</param>
    /// <param name="calibration">A range for every value of the network.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">A value has no range.</exception>
    /// <exception cref="NotSupportedException">A node has no rule.</exception>
    public static Network Quantize(FloatNetwork network, Calibration calibration, QuantizationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(calibration);
        var calls = new CallList(network, calibration);
        foreach (FloatNode node in network.Nodes)
        {
            AddCall(calls, node, options ?? new QuantizationOptions());
        }

        TensorInfo[] outputs = [.. network.OutputNames.Select(calls.AsFloat32)];
        return calls.ToNetwork(outputs);
    }

    private static void AddCall(CallList calls, FloatNode node, QuantizationOptions options)
    {
        switch (node)
        {
            case FloatConv2d conv:
                calls.AddInt8(node, (header, input, output) => Convolution(header, input, output, conv.FoldBatchNorm(), options));
                break;
            case FloatRelu:
                calls.AddInt8(node, Rectifier);
                break;
            case FloatLinear linear:
                calls.AddInt8(node, (header, input, output) => Linear(header, input, output, linear));
                break;
            case FloatMaxPool2d pool:
                calls.AddFloat32(node, (header, inputs, output) =>
                    new MaxPool2dCall { Index = header.Index, Name = header.Name, Inputs = inputs, Output = output, Shape = pool.Shape });
                break;
            case FloatAveragePool2d pool:
                calls.AddInt8(node, (header, input, output) =>
                    new AveragePool2dCall { Index = header.Index, Name = header.Name, Inputs = [input], Output = output, Shape = pool.Shape });
                break;
            case FloatPad pad:
                calls.AddFloat32(node, (header, inputs, output) => new PadCall
                {
                    Index = header.Index,
                    Name = header.Name,
                    Inputs = inputs,
                    Output = output,
                    PadTop = pad.PadTop,
                    PadLeft = pad.PadLeft,
                    PadBottom = pad.PadBottom,
                    PadRight = pad.PadRight,
                    Level = 0,
                });
                break;
            case FloatAdd:
                calls.AddFloat32(node, (header, inputs, output) => new AddCall { Index = header.Index, Name = header.Name, Inputs = inputs, Output = output });
                break;
            case FloatSlice slice:
                calls.AddFloat32(node, (header, inputs, output) => new SliceCall { Index = header.Index, Name = header.Name, Inputs = inputs, Output = output, Axis = slice.Axis, First = slice.First });
                break;
            case FloatConcat concat:
                calls.AddFloat32(node, (header, inputs, output) => new ConcatCall { Index = header.Index, Name = header.Name, Inputs = inputs, Output = output, Axis = concat.Axis });
                break;
            case FloatMean:
                calls.AddFloat32(node, (header, inputs, output) => new MeanCall { Index = header.Index, Name = header.Name, Inputs = inputs, Output = output });
                break;
            case FloatSoftmax:
                calls.AddFloat32(node, (header, inputs, output) => new SoftmaxCall { Index = header.Index, Name = header.Name, Inputs = inputs, Output = output });
                break;
            case FloatOnnxNode fallback:
                calls.AddFloat32(node, (header, inputs, output) => new OnnxFallbackCall
                {
                    Index = header.Index, Name = header.Name, Inputs = inputs, Output = output, OperatorType = fallback.OperatorType, Model = fallback.Model,
                });
                break;
            default:
                throw new NotSupportedException($"'{node.Name}' ({node.GetType().Name}) has no quantized counterpart.");
        }
    }

    private static Conv2dCall Convolution(CallHeader header, TensorInfo input, TensorInfo output, FloatConv2d conv, QuantizationOptions options)
    {
        (sbyte[] levels, float[] scales) = WeightQuantizer.Quantize(conv.Weights, conv.Shape.OutChannels, options.PerChannelWeights);
        float inputScale = input.RequiredQuantization.Scale;
        return new Conv2dCall
        {
            Index = header.Index,
            Name = header.Name,
            Inputs = [input],
            Output = output,
            Shape = conv.Shape,
            Weights = levels,
            WeightScales = scales,
            Bias = WeightQuantizer.QuantizeBias(conv.Bias, Array.ConvertAll(scales, scale => inputScale * scale)),
        };
    }

    private static QuantizedReluCall Rectifier(CallHeader header, TensorInfo input, TensorInfo output)
    {
        (int multiplier, int shift) = FixedPointMultiplier.FromFactor((double)input.RequiredQuantization.Scale / output.RequiredQuantization.Scale);
        return new QuantizedReluCall
        {
            Index = header.Index, Name = header.Name, Inputs = [input], Output = output, OutputMultiplier = multiplier, OutputShift = shift,
        };
    }

    private static QuantizedLinearCall Linear(CallHeader header, TensorInfo input, TensorInfo output, FloatLinear linear)
    {
        (sbyte[] levels, float[] scales) = WeightQuantizer.Quantize(linear.Weights, linear.OutputFeatures, perRow: false);
        float biasScale = input.RequiredQuantization.Scale * scales[0];
        (int multiplier, int shift) = FixedPointMultiplier.FromFactor((double)biasScale / output.RequiredQuantization.Scale);
        return new QuantizedLinearCall
        {
            Index = header.Index,
            Name = header.Name,
            Inputs = [input],
            Output = output,
            Weights = levels,
            WeightScale = scales[0],
            Bias = WeightQuantizer.QuantizeBias(linear.Bias, [biasScale]),
            OutputMultiplier = multiplier,
            OutputShift = shift,
        };
    }
}
