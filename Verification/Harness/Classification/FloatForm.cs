using TileProof.Golden.Networks;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Verification.Classification;

/// <summary>The float network that a quantized one stands for: its weights and biases as real numbers, and no rounding between its operators.</summary>
internal static class FloatForm
{
    /// <summary>The network; its nodes are called after the calls that they are.</summary>
    /// <exception cref="UserInputException">A call has no float form.</exception>
    public static FloatNetwork Of(Network network)
    {
        if (network.OtherInputs.Count > 0)
        {
            throw new UserInputException($"the accuracy of {network.Name} cannot be measured: it has the inputs {string.Join(", ", network.Inputs.Select(static input => $"'{input.Name}'"))}, expected one, the image");
        }

        var sources = new Dictionary<TensorInfo, string> { [network.Input] = network.Input.Name };
        var nodes = new List<FloatNode>();
        foreach (OperatorCall call in network.Calls)
        {
            if (call is QuantizePerTensorCall or DequantizePerTensorCall)
            {
                sources.Add(call.Output, sources[call.Input]);
                continue;
            }

            nodes.Add(NodeOf(network, call, [.. call.Inputs.Select(input => sources[input])]));
            sources.Add(call.Output, call.Name);
        }

        return new FloatNetwork(network.Name, network.Input.Name, network.Input.Shape, nodes, [.. network.Outputs.Select(output => sources[output]).Distinct()]);
    }

    private static FloatNode NodeOf(Network network, OperatorCall call, string[] inputs) => call switch
    {
        Conv2dCall conv => new FloatConv2d
        {
            Name = call.Name,
            Inputs = inputs,
            OutputShape = call.Output.Shape,
            Shape = conv.Shape,
            Weights = Real(conv.Weights, 0, conv.WeightScales, conv.Shape.WeightsPerOutChannel),
            Bias = [.. conv.Bias.Select((bias, o) => (float)((double)bias * conv.BiasScales[conv.BiasScales.Length == 1 ? 0 : o]))],
            Clip = conv.IsClamped ? new ClipRange(Real(conv.Output, conv.ClampMinimum), Real(conv.Output, conv.ClampMaximum)) : null,
        },
        QuantizedLinearCall linear => new FloatLinear
        {
            Name = call.Name,
            Inputs = inputs,
            OutputShape = call.Output.Shape,
            Weights = Real(linear.Weights, linear.WeightZeroPoint, [linear.WeightScale], linear.InputFeatures),
            Bias = [.. linear.Bias.Select(bias => (float)((double)bias * linear.Input.RequiredQuantization.Scale * linear.WeightScale))],
        },
        QuantizedReluCall => new FloatRelu { Name = call.Name, Inputs = inputs, OutputShape = call.Output.Shape },
        AveragePool2dCall pool => new FloatAveragePool2d { Name = call.Name, Inputs = inputs, OutputShape = call.Output.Shape, Shape = pool.Shape },
        MaxPool2dCall pool => new FloatMaxPool2d { Name = call.Name, Inputs = inputs, OutputShape = call.Output.Shape, Shape = pool.Shape },
        ConcatCall concat => new FloatConcat { Name = call.Name, Inputs = inputs, OutputShape = call.Output.Shape, Axis = concat.Axis },
        SliceCall slice => new FloatSlice { Name = call.Name, Inputs = inputs, OutputShape = call.Output.Shape, Axis = slice.Axis, First = slice.First },
        PadCall { Output.ElementType: ElementType.Float32 } pad => Pad(pad, inputs),
        PadCall pad when pad.Level == pad.Output.RequiredQuantization.ZeroPoint => Pad(pad, inputs),
        AddCall => new FloatAdd { Name = call.Name, Inputs = inputs, OutputShape = call.Output.Shape },
        MeanCall => new FloatMean { Name = call.Name, Inputs = inputs, OutputShape = call.Output.Shape },
        SoftmaxCall => new FloatSoftmax { Name = call.Name, Inputs = inputs, OutputShape = call.Output.Shape },
        _ => throw new UserInputException($"the accuracy of {network.Name} cannot be measured: '{call.Name}' ({call.Kind}) has no counterpart on the DSP"),
    };

    private static FloatPad Pad(PadCall pad, string[] inputs) => new()
    {
        Name = pad.Name, Inputs = inputs, OutputShape = pad.Output.Shape, PadTop = pad.PadTop, PadLeft = pad.PadLeft, PadBottom = pad.PadBottom, PadRight = pad.PadRight,
    };

    private static float[] Real(sbyte[] levels, int zeroPoint, float[] scales, int rowLength) =>
        [.. levels.Select((level, i) => (level - zeroPoint) * scales[scales.Length == 1 ? 0 : i / rowLength])];

    private static float Real(TensorInfo value, int level) => value.RequiredQuantization.Scale * (level - value.RequiredQuantization.ZeroPoint);
}
