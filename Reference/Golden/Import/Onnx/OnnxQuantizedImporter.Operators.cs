using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Import.Onnx;

/// <summary>Convolution, linear layer, rectifier, pooling, and the operators of the QOperator form.</summary>
internal sealed partial class OnnxQuantizedImporter
{
    private void MapConvolution(OnnxNode node)
    {
        TensorInfo source = Images(node, Levels(node, 0));
        Conv2dShape shape = OnnxGeometry.Convolution(node, shapes[node.Input(0)], shapes[node.Input(1)]);
        QuantizedValue.Levels weights = Weights(node, 1, perChannelAxis: 0);
        float[] biasScales = BiasScales(source, weights);
        int[] bias = quantization.Bias(node, BiasValue(node, 2), node.HasInput(2) ? node.Input(2) : null, biasScales, shape.OutChannels);
        values.Add(node.Output, new QuantizedValue.Pending(
            node,
            (name, output) => network.Conv2d(
                name, source, shape, quantization.SymmetricWeights(node, weights), bias, weights.Scales, StatedBiasScales(node, biasScales), output),
            IsRectified: false));
    }

    /// <summary>The scales of the bias where they are stated and differ from the single-precision products.</summary>
    private float[]? StatedBiasScales(OnnxNode node, float[] products) =>
        BiasValue(node, 2) is QuantizedValue.WideLevels { Scales: var stated } && stated.Length == products.Length && !stated.AsSpan().SequenceEqual(products)
            ? stated
            : null;

    private void MapLinear(OnnxNode node)
    {
        if (node.Single("alpha", 1) != 1 || node.Single("beta", 1) != 1)
        {
            throw node.Fault("has alpha or beta; nearest supported form: alpha 1 and beta 1");
        }

        TensorInfo source = Levels(node, 0);
        bool isTransposed = node.Int("transB", 0) != 0;
        QuantizedValue.Levels weights = Weights(node, 1, perChannelAxis: isTransposed ? 0 : 1);
        sbyte[] levels = LinearWeights(node, weights, isTransposed);
        int outputs = shapes[node.Output][1];
        float[] biasScales = BiasScales(source, weights);
        int[] bias = quantization.Bias(node, BiasValue(node, 2), node.HasInput(2) ? node.Input(2) : null, biasScales, outputs);
        values.Add(node.Output, new QuantizedValue.Pending(
            node,
            (name, output) => weights.Scales.Length == 1
                ? Linear(name, source, levels, weights.Scales[0], bias, output)
                : network.Conv2d(name, source, WholeImage(node, source, outputs), levels, bias, weights.Scales, StatedBiasScales(node, biasScales), output),
            IsRectified: false));
    }

    /// <summary>The library's linear layer has one multiplier; with one an output it is a convolution whose window is the whole image.</summary>
    private static Conv2dShape WholeImage(OnnxNode node, TensorInfo source, int outputs)
    {
        TensorShape shape = source.Shape;
        try
        {
            return Conv2dShape.Create(shape.Channels, shape.Height, shape.Width, outputs, shape.Height, shape.Width, 1, 0);
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            throw node.Fault(exception.Message.Split(" (Parameter", StringSplitOptions.None)[0], exception);
        }
    }

    private TensorInfo Linear(CallName name, TensorInfo source, sbyte[] levels, float weightScale, int[] bias, QuantizationParameters output)
    {
        float biasScale = source.RequiredQuantization.Scale * weightScale;
        (int multiplier, int shift) = FixedPointMultiplier.FromFactor((double)biasScale / output.Scale);
        return network.Linear(name, source, levels, 0, weightScale, bias, multiplier, shift, output);
    }

    private void MapRelu(OnnxNode node)
    {
        switch (Value(node, 0))
        {
            case QuantizedValue.Pending pending:
                values.Add(node.Output, pending with { IsRectified = true });
                break;
            case QuantizedValue.Dequantized { Info: var source }:
                values.Add(node.Output, new QuantizedValue.Pending(node, (name, output) => Rectify(name, source, output), IsRectified: false));
                break;
            case QuantizedValue.Made { Info: { ElementType: ElementType.Float32 } real }:
                values.Add(node.Output, new QuantizedValue.Pending(node, (name, output) => network.Quantize(name, real, output), IsRectified: true));
                break;
            default:
                throw node.Fault("rectifies levels; nearest supported form: DequantizeLinear, Relu, QuantizeLinear");
        }
    }

    /// <summary>A Clip, such as ReLU6, of what will be quantized: saturation does it, or limits of the levels.</summary>
    private void MapClip(OnnxNode node)
    {
        QuantizedValue.Pending pending = Value(node, 0) switch
        {
            QuantizedValue.Pending before => before,
            QuantizedValue.Made { Info: { ElementType: ElementType.Float32 } real } => new QuantizedValue.Pending(node, (name, output) => network.Quantize(name, real, output), IsRectified: false),
            _ => throw node.Fault("clips levels; nearest supported form: Conv, Clip, QuantizeLinear"),
        };

        (float smallest, float largest) = parameters.ClipLimits(node);
        bool isRectifier = smallest == 0 && float.IsPositiveInfinity(largest);
        values.Add(node.Output, isRectifier
            ? pending with { IsRectified = true }
            : pending with { Clip = (MathF.Max(pending.Clip.Smallest, smallest), MathF.Min(pending.Clip.Largest, largest)) });
    }

    /// <summary>Whether saturation clips: the outermost levels are within half a level of the limits, which rounding cannot tell from them. Else only what became a convolution, and was added last, can.</summary>
    private bool IsClippedBySaturation(OnnxNode node, QuantizedValue.Pending pending, QuantizationParameters output)
    {
        double lowest = (double)(sbyte.MinValue - output.ZeroPoint) * output.Scale;
        double highest = (double)(sbyte.MaxValue - output.ZeroPoint) * output.Scale;
        double half = output.Scale / 2.0;
        if (lowest >= pending.Clip.Smallest - half && highest <= pending.Clip.Largest + half)
        {
            return true;
        }

        return network.Last is Conv2dCall
            ? false
            : throw node.Fault(Text(
                $"its levels span {lowest:G6} to {highest:G6}, beyond the Clip to {pending.Clip.Smallest:G6} to {pending.Clip.Largest:G6} before it; nearest supported form: a scale and zero point that end where the Clip does"));
    }

    /// <summary>The level that a QuantizeLinear makes of a limit: quantizing keeps order, so that clipping levels is the same as clipping what they stand for.</summary>
    private static int LevelOf(float limit, QuantizationParameters output) =>
        (int)Math.Clamp(MathF.Round(limit / output.Scale, MidpointRounding.ToEven) + output.ZeroPoint, sbyte.MinValue, sbyte.MaxValue);

    /// <summary>The mean of windows.</summary>
    private void MapAveragePool(OnnxNode node)
    {
        TensorInfo source = Images(node, Levels(node, 0));
        values.Add(node.Output, new QuantizedValue.Pending(node, (name, output) => AveragePool(node, name, source, output), IsRectified: false));
    }

    // x, x_scale, x_zero_point, y_scale, y_zero_point
    private void MapQLinearAveragePool(OnnxNode node)
    {
        node.RequireInt("channels_last", 0, 0);
        TensorInfo source = Images(node, Levels(node, 0));
        RequireSame(node, source, quantization.PerTensor(node, 1, 2), "reads its input");
        Set(node, AveragePool(node, NameOf(node), source, quantization.PerTensor(node, 3, 4)));
    }

    /// <summary>Where all windows count all their elements, a depthwise convolution whose weights are all 1 in units of one by the size of the window.</summary>
    private TensorInfo AveragePool(OnnxNode node, CallName name, TensorInfo source, QuantizationParameters output)
    {
        (MaxPool2dShape windows, bool countsAll) = OnnxGeometry.AveragePool(node, shapes[node.Input(0)]);
        if (!countsAll)
        {
            return network.AveragePool2d(name, source, windows, output);
        }

        Conv2dShape shape = OnnxGeometry.AsConvolution(node, windows);
        sbyte[] weights = parameters.Allocate<sbyte>(node, shape.WeightCount);
        Array.Fill(weights, (sbyte)1);
        return network.Conv2d(name, source, shape, weights, parameters.Allocate<int>(node, shape.OutChannels), [1f / (shape.KernelHeight * shape.KernelWidth)], null, output);
    }

    private TensorInfo Rectify(CallName name, TensorInfo source, QuantizationParameters output)
    {
        (int multiplier, int shift) = FixedPointMultiplier.FromFactor((double)source.RequiredQuantization.Scale / output.Scale);
        return network.Relu(name, source, multiplier, shift, output);
    }

    /// <summary>The maximum of windows; between the same levels it is that of the levels, since quantizing keeps order.</summary>
    private void MapMaxPool(OnnxNode node)
    {
        MaxPool2dShape shape = OnnxGeometry.MaxPool(node, shapes[node.Input(0)]);
        switch (Value(node, 0))
        {
            case QuantizedValue.Dequantized { Info: var levels } when KeepsLevels(node, node.Input(0)):
                values.Add(node.Output, new QuantizedValue.Dequantized(network.MaxPool2d(NameOf(node), Images(node, levels), shape)));
                break;
            case QuantizedValue.Pending pending when IsQuantizedNext(node):
                values.Add(node.Output, pending with { Emit = (name, output) => network.MaxPool2d(name, EmitInside(node, pending, output), shape), IsRectified = false, Clip = QuantizedValue.Pending.NoClip });
                break;
            default:
                bool isOfLevels = Value(node, 0) is QuantizedValue.Made { Info.ElementType: ElementType.Int8 };
                TensorInfo source = Images(node, isOfLevels ? Levels(node, 0) : Real(node, 0));
                Set(node, network.MaxPool2d(NameOf(node), source, shape));
                if (signedValues.Contains(source))
                {
                    signedValues.Add(network.Last!.Output);
                }

                break;
        }
    }

    /// <summary>Rows and columns of one level around levels, which are those of the number that the file adds; zeros around real numbers.</summary>
    private void MapPad(OnnxNode node)
    {
        OnnxPad pad = OnnxPad.Read(node, graph, shapes[node.Input(0)]);
        switch (Value(node, 0))
        {
            case QuantizedValue.Dequantized { Info: var levels } when KeepsLevels(node, node.Input(0)) || (LevelsOf(node.Input(0)) is { } stated && IsLevel(node, stated)):
                values.Add(node.Output, new QuantizedValue.Dequantized(Pad(NameOf(node), Images(node, levels), levels.RequiredQuantization)));
                break;
            case QuantizedValue.Pending pending when IsQuantizedNext(node):
                values.Add(node.Output, pending with { Emit = (name, output) => Pad(name, EmitInside(node, pending, output), output), IsRectified = false, Clip = QuantizedValue.Pending.NoClip });
                break;
            default:
                if (pad.Value != 0)
                {
                    string what = LevelsOf(node.Input(0)) is { Quantization: var near } ? Text($", which is no level of {near}, and other levels follow") : " between real numbers";
                    throw node.Fault(Text($"pads with {pad.Value:R}{what}; nearest supported form: zeros, or DequantizeLinear before it and QuantizeLinear of the same levels behind it"));
                }

                Set(node, network.Pad(NameOf(node), Images(node, Real(node, 0)), pad.Top, pad.Left, pad.Bottom, pad.Right, 0));
                break;
        }

        TensorInfo Pad(CallName name, TensorInfo source, QuantizationParameters output) => network.Pad(name, source, pad.Top, pad.Left, pad.Bottom, pad.Right, (sbyte)LevelOf(pad.Value, output));
    }

    /// <summary>Part of a value, of its levels where they stay what they are.</summary>
    private void MapSlice(OnnxNode node)
    {
        int[] input = shapes[node.Input(0)];
        var slice = OnnxSlice.Read(node, graph, input);
        int axis = OnnxShapes.AxisOfImages(slice.Axis, input.Length);
        TensorShape stated = shapes.ShapeOf(node, node.Input(0));
        TensorShape part = shapes.ShapeOf(node, node.Output);
        switch (Value(node, 0))
        {
            case QuantizedValue.Dequantized { Info: var levels } when KeepsLevels(node, node.Input(0)):
                values.Add(node.Output, new QuantizedValue.Dequantized(Part(NameOf(node), levels)));
                break;
            case QuantizedValue.Pending pending when IsQuantizedNext(node):
                values.Add(node.Output, pending with { Emit = (name, output) => Part(name, EmitInside(node, pending, output)), IsRectified = false, Clip = QuantizedValue.Pending.NoClip });
                break;
            default:
                bool isOfLevels = Value(node, 0) is QuantizedValue.Made { Info.ElementType: ElementType.Int8 };
                TensorInfo source = isOfLevels ? Levels(node, 0) : Real(node, 0);
                Set(node, Part(NameOf(node), source));
                if (signedValues.Contains(source))
                {
                    signedValues.Add(network.Last!.Output);
                }

                break;
        }

        TensorInfo Part(CallName name, TensorInfo source) => source.Shape == stated
            ? network.Slice(name, source, axis, slice.First, part)
            : throw node.Fault($"reads '{node.Input(0)}' in another shape than it was made; nearest supported form: no reshape before it");
    }

    /// <summary>Whether a node reads a value alone, and only one QuantizeLinear reads what it makes.</summary>
    private bool IsQuantizedNext(OnnxNode node) =>
        graph.IsReadOnce(node.Input(0)) && graph.IsReadOnce(node.Output) && graph.ReadersOf(node.Output)[0] is { OperatorType: "QuantizeLinear" } or { OperatorType: "MaxPool" or "Pad" or "Slice" };

    /// <summary>The levels of what lies before a node that keeps their order, with the scale that is stated behind it.</summary>
    private TensorInfo EmitInside(OnnxNode node, QuantizedValue.Pending pending, QuantizationParameters output) =>
        Emit(node, pending, new CallName(Unique(pending.Node.Name, node.Input(0)), node.Input(0) + ".levels"), output);

    private void MapProduct(OnnxNode node)
    {
        if (!MultipliesLevels(node))
        {
            throw node.Fault("is not supported here; nearest supported form: Mul of two values between DequantizeLinear and QuantizeLinear");
        }

        TensorInfo left = Levels(node, 0);
        TensorInfo right = Levels(node, 1);
        TensorShape stated = shapes.ShapeOf(node, node.Output);
        values.Add(node.Output, left.Shape == stated && right.Shape == stated
            ? new QuantizedValue.Pending(node, (name, output) => network.LevelArithmetic(name, LevelOperation.Multiply, [left, right], output), IsRectified: false)
            : throw node.Fault($"reads values of {left.Shape} and {right.Shape} under one shape; nearest supported form: no reshape before it"));
    }

    private void MapSoftmax(OnnxNode node)
    {
        TensorInfo source = Real(node, 0);
        int rank = shapes[node.Input(0)].Length;
        long axis = node.Int("axis", graph.OperatorSet < 13 ? 1 : -1);
        if (source.Shape.ImageElementCount != source.Shape.Channels || (axis < 0 ? axis + rank : axis) != 1)
        {
            throw node.Fault(Text($"runs over axis {axis} of {source.Shape}; nearest supported form: axis 1 of [N, C]"));
        }

        Set(node, network.Softmax(NameOf(node), source));
    }

    // x, x_scale, x_zero_point, w, w_scale, w_zero_point, y_scale, y_zero_point, bias
    private void MapQLinearConv(OnnxNode node)
    {
        TensorInfo source = Images(node, Levels(node, 0));
        RequireSame(node, source, quantization.PerTensor(node, 1, 2), "reads its input");
        Conv2dShape shape = OnnxGeometry.Convolution(node, shapes[node.Input(0)], shapes[node.Input(3)]);
        QuantizedValue.Levels weights = StoredWeights(node, 3, 4, 5);
        int[] bias = StoredBias(node, 8, shape.OutChannels);
        Set(node, network.Conv2d(
            NameOf(node), source, shape, quantization.SymmetricWeights(node, weights), bias, weights.Scales, null, quantization.PerTensor(node, 6, 7)));
    }

    // QLinearMatMul: a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point
    // QGemm: a, a_scale, a_zero_point, b, b_scale, b_zero_point, c, y_scale, y_zero_point
    private void MapQLinearProduct(OnnxNode node)
    {
        bool isGemm = node.OperatorType == "QGemm";
        if (node.Single("alpha", 1) != 1 || (isGemm && !node.HasInput(7)))
        {
            throw node.Fault("has alpha or a float32 output; nearest supported form: alpha 1 and an output scale");
        }

        TensorInfo source = Levels(node, 0);
        RequireSame(node, source, quantization.PerTensor(node, 1, 2), "reads its input");
        QuantizedValue.Levels weights = StoredWeights(node, 3, 4, 5);
        if (weights.Scales.Length > 1 || weights.ZeroPoints.Length > 1)
        {
            throw node.Fault("has one weight scale per output; nearest supported form: one weight scale");
        }

        sbyte[] levels = LinearWeights(node, weights, node.Int("transB", 0) != 0);
        int outputs = shapes[node.Output][1];
        int[] bias = isGemm ? StoredBias(node, 6, outputs) : parameters.Allocate<int>(node, outputs);
        int outputScale = isGemm ? 7 : 6;
        Set(node, Linear(Name(node, OnnxNaming.FinalName(graph, node.Output)), source, levels, weights.Scales[0], bias, quantization.PerTensor(node, outputScale, outputScale + 1)));
    }

    // a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point
    private void MapQLinearArithmetic(OnnxNode node, LevelOperation operation)
    {
        TensorInfo left = Levels(node, 0);
        TensorInfo right = Levels(node, 3);
        RequireSame(node, left, quantization.PerTensor(node, 1, 2), "reads its first input");
        RequireSame(node, right, quantization.PerTensor(node, 4, 5), "reads its second input");
        Set(node, left.Shape == right.Shape
            ? network.LevelArithmetic(NameOf(node), operation, [left, right], quantization.PerTensor(node, 6, 7))
            : throw node.Fault($"reads values of {left.Shape} and {right.Shape} under one shape; nearest supported form: no reshape before it"));
    }

    /// <summary>Values behind each other: levels where all have those of the result, which are copied, else real numbers.</summary>
    private void MapConcat(OnnxNode node)
    {
        bool isOfLevels = node.Inputs.All(input => values.GetValueOrDefault(input) is QuantizedValue.Made { Info.ElementType: ElementType.Int8 });
        if (isOfLevels || CopiesLevels(node))
        {
            TensorInfo[] levels = [.. node.Inputs.Select((_, i) => Levels(node, i))];
            if (levels.FirstOrDefault(value => value.RequiredQuantization != levels[0].RequiredQuantization) is { } other)
            {
                throw node.Fault($"joins levels of {levels[0].RequiredQuantization} and {other.RequiredQuantization}; nearest supported form: DequantizeLinear before it");
            }

            if (isOfLevels)
            {
                Set(node, Join(node, NameOf(node), node.Inputs, levels));
                if (levels.All(signedValues.Contains))
                {
                    signedValues.Add(network.Last!.Output);
                }
            }
            else
            {
                values.Add(node.Output, new QuantizedValue.Pending(node, (name, _) => Join(node, name, node.Inputs, levels), IsRectified: false));
            }
        }
        else
        {
            Set(node, Join(node, NameOf(node), node.Inputs, [.. node.Inputs.Select((_, i) => Real(node, i))]));
        }
    }

    // y_scale, y_zero_point, then x, x_scale, x_zero_point of every input
    private void MapQLinearConcat(OnnxNode node)
    {
        QuantizationParameters output = quantization.PerTensor(node, 0, 1);
        var inputs = new List<string>();
        var levels = new List<TensorInfo>();
        for (int input = 2; input < node.Inputs.Count; input += 3)
        {
            TensorInfo value = Levels(node, input);
            RequireSame(node, value, quantization.PerTensor(node, input + 1, input + 2), $"reads '{node.Input(input)}'");
            inputs.Add(node.Input(input));
            levels.Add(value.RequiredQuantization == output
                ? value
                : network.LevelArithmetic(Derived(node.Output, Text($"input{inputs.Count}")), LevelOperation.None, [value], output));
        }

        Set(node, Join(node, NameOf(node), inputs, levels));
    }

    private TensorInfo Join(OnnxNode node, CallName name, IReadOnlyList<string> inputs, IReadOnlyList<TensorInfo> parts)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            TensorShape stated = shapes.ShapeOf(node, inputs[i]);
            if (parts[i].Shape != stated)
            {
                throw node.Fault($"reads a value of {parts[i].Shape} reshaped to {stated}; nearest supported form: no reshape before it");
            }
        }

        // A matrix [N, C] is held as [N, C, 1, 1].
        return network.Concat(name, [.. parts], OnnxShapes.AxisOfImages(node, shapes[inputs[0]].Length), shapes.ShapeOf(node, node.Output));
    }

    // x, x_scale, x_zero_point, y_scale, y_zero_point
    private void MapQLinearMean(OnnxNode node)
    {
        node.RequireInt("channels_last", 0, 0);
        TensorInfo source = Images(node, Levels(node, 0));
        RequireSame(node, source, quantization.PerTensor(node, 1, 2), "reads its input");
        TensorInfo mean = network.Mean(Derived(node.Output, "real"), RealForm(source));
        Set(node, network.Quantize(NameOf(node), mean, quantization.PerTensor(node, 3, 4)));
    }

    /// <summary>Where several values of the graph hold the same elements, the first that was mapped; a padding between the same levels may hold another number than the level it becomes.</summary>
    private Dictionary<string, string> NamesInGraph()
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, QuantizedValue value) in values)
        {
            if (value is QuantizedValue.Made made)
            {
                names.TryAdd(made.Info.Name, name);
            }
            else if (value is QuantizedValue.Dequantized { Info: var levels } && graph.MakerOf(name) is { OperatorType: "DequantizeLinear" } && realForms.TryGetValue(levels, out TensorInfo? real))
            {
                names.TryAdd(real.Name, name);
            }
            else if (value is QuantizedValue.Pending pending && realsOfPending.TryGetValue(pending, out real))
            {
                names.TryAdd(real.Name, name);
            }
        }

        return names;
    }

    private QuantizedValue? BiasValue(OnnxNode node, int input) => node.HasInput(input) ? values.GetValueOrDefault(node.Input(input)) : null;

    private QuantizedValue.Levels Weights(OnnxNode node, int input, int perChannelAxis)
    {
        if (values.GetValueOrDefault(node.Input(input)) is not QuantizedValue.Levels weights)
        {
            throw node.Fault($"its weight '{node.Input(input)}' is not quantized; nearest supported form: int8 levels behind a DequantizeLinear node");
        }

        return weights.Scales.Length == 1 || weights.Axis == perChannelAxis
            ? weights
            : throw node.Fault(Text($"has {weights.Scales.Length} weight scales along axis {weights.Axis}; nearest supported form: one, or one per output channel"));
    }

    private QuantizedValue.Levels StoredWeights(OnnxNode node, int levelsInput, int scaleInput, int zeroPointInput)
    {
        OnnxConstant constant = parameters.Constant(node, levelsInput, "the weight");
        float[] scales = quantization.Scales(node, scaleInput);
        int[] zeroPoints = quantization.ZeroPoints(node, zeroPointInput);
        bool fits = constant.IsByte && constant.Dimensions.Length > 0
            && (scales.Length == 1 || scales.Length == constant.Dimensions[0]) && (zeroPoints.Length == 1 || zeroPoints.Length == constant.Dimensions[0]);
        return fits
            ? new QuantizedValue.Levels(constant, scales, zeroPoints, 0)
            : throw node.Fault(Text($"its weight [{string.Join(", ", constant.Dimensions)}] has {scales.Length} scales and {zeroPoints.Length} zero points; expected int8 or uint8 with one, or one per output channel"));
    }

    private int[] StoredBias(OnnxNode node, int input, int count)
    {
        if (!node.HasInput(input))
        {
            return parameters.Allocate<int>(node, count);
        }

        int[] bias = parameters.Constant(node, input, "the bias").Int32s();
        return bias.Length == count ? bias : throw node.Fault(Text($"has {bias.Length} biases, expected {count}"));
    }

    /// <summary>Weights as <c>[M, K]</c>.</summary>
    private sbyte[] LinearWeights(OnnxNode node, QuantizedValue.Levels weights, bool isTransposed)
    {
        if (!isTransposed && weights.ZeroPoints.Distinct().Count() > 1)
        {
            throw node.Fault("has weight zero points that differ from output to output; nearest supported form: symmetric int8 weights");
        }

        sbyte[] levels = quantization.SymmetricWeights(node, isTransposed ? weights : weights with { ZeroPoints = [weights.ZeroPoints[0]] });
        int[] dimensions = weights.Constant.Dimensions;
        return isTransposed ? levels : parameters.Transposed(node, $"{weights.Constant.Name} less {weights.ZeroPoints[0]}", levels, dimensions[0], dimensions[1]);
    }

    private static float[] BiasScales(TensorInfo source, QuantizedValue.Levels weights)
    {
        float inputScale = source.RequiredQuantization.Scale;
        return Array.ConvertAll(weights.Scales, scale => inputScale * scale);
    }

    private static string Text(FormattableString text) => text.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
