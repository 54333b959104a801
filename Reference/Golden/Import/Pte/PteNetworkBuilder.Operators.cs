using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Import.Pte;

/// <summary>One method per operator, with its arguments in the order of the operator's public schema.</summary>
internal sealed partial class PteNetworkBuilder
{
    // (input, scale, zero_point, quant_min, quant_max, dtype, out)
    private void MapQuantize()
    {
        arguments.RequireCount(7);
        RequireInt8Range();
        Write(6, network.Quantize(
            Name("quantize"), Read(0, ElementType.Float32), QuantizationParameters.FromScale(arguments.Scale(1), arguments.Int32(2, sbyte.MinValue, sbyte.MaxValue))));
    }

    // (input, scale, zero_point, quant_min, quant_max, dtype, out)
    private void MapDequantize()
    {
        arguments.RequireCount(7);
        RequireInt8Range();
        TensorInfo source = ReadInt8(0, arguments.Int32(2, sbyte.MinValue, sbyte.MaxValue));
        float scale = arguments.Scale(1);
        if (scale != source.RequiredQuantization.Scale)
        {
            throw arguments.Fault(Text($"reads its input with the scale {scale:R}, but it was made with {source.RequiredQuantization.Scale:R}"));
        }

        Write(6, network.Dequantize(Name("dequantize"), source));
    }

    // (input, weight, bias, stride, padding, dilation, groups, in_zp, weight_zp, bias_scale, out_scale, out_zp, out_multiplier, out_shift, out)
    private void MapConv2d()
    {
        arguments.RequireCount(15);
        TensorInfo source = ReadInt8(0, arguments.Int32(7, sbyte.MinValue, sbyte.MaxValue));
        (int[] sizes, sbyte[] weights) = arguments.Constant<sbyte>(1, PteScalarType.Int8);
        (int[] kernel, int outChannels) = sizes switch
        {
            [int oc, int wc, int kh, int kw] => (new[] { wc, kh, kw }, oc),
            [int oc, int wc, int kw] => ([wc, 1, kw], oc),
            _ => throw arguments.Fault(Text($"the weight has {sizes.Length} dimensions, expected 3 or 4")),
        };
        if (arguments.Int(8) != 0)
        {
            throw arguments.Fault(Text($"the weight zero point is {arguments.Int(8)}; nearest supported form: symmetric weights"));
        }

        int groups = arguments.Int32(6, 1, int.MaxValue);
        (int strideRows, int strideColumns) = arguments.Pair(3, "the stride", 1);
        (int padRows, int padColumns) = arguments.Pair(4, "the padding", 0);
        (int dilationRows, int dilationColumns) = arguments.Pair(5, "the dilation", 1);

        // The operator pads the only row of a 1-D convolution with nothing.
        int padAbove = source.Shape.Height == 1 && kernel[1] == 1 ? 0 : padRows;
        var window = new Conv2dWindow
        {
            KernelHeight = kernel[1],
            KernelWidth = kernel[2],
            StrideHeight = strideRows,
            StrideWidth = strideColumns,
            PadTop = padAbove,
            PadLeft = padColumns,
            PadBottom = padAbove,
            PadRight = padColumns,
            DilationHeight = dilationRows,
            DilationWidth = dilationColumns,
        };
        var shape = Conv2dShape.Create(source.Shape.Channels, source.Shape.Height, source.Shape.Width, outChannels, window, groups);
        if (shape.WeightCount != weights.Length || kernel[0] * groups != shape.InChannels)
        {
            throw arguments.Fault(Text($"the weight is [{string.Join(", ", sizes)}], expected {shape.WeightShape()}"));
        }

        float[] biasScales = arguments.Scales(9);
        if (biasScales.Length != 1 && biasScales.Length != outChannels)
        {
            throw arguments.Fault(Text($"has {biasScales.Length} bias scales, expected 1 or {outChannels}"));
        }

        float inputScale = source.RequiredQuantization.Scale;
        float[] weightScales = Array.ConvertAll(biasScales, biasScale => FactorOf(biasScale, inputScale));
        bool isProduct = weightScales.Zip(biasScales).All(pair => inputScale * pair.First == pair.Second);
        Write(14, network.Conv2d(
            Name("conv2d"), source, shape, weights, Bias(outChannels), weightScales, isProduct ? null : biasScales,
            QuantizationParameters.FromScale(arguments.Scale(10), arguments.Int32(11, sbyte.MinValue, sbyte.MaxValue))));
    }

    // (X, X_zero_point, out_zero_point, out_multiplier, out_shift, out)
    private void MapRelu()
    {
        arguments.RequireCount(6);
        TensorInfo source = ReadInt8(0, arguments.Int32(1, sbyte.MinValue, sbyte.MaxValue));
        (int multiplier, int shift, double factor) = Rescaling(3);
        float scale = statedScales.TryGetValue(arguments.ValueIndex(5), out float stated) ? stated : (float)(source.RequiredQuantization.Scale / factor);
        Write(5, network.Relu(
            Name("relu"), source, multiplier, shift, QuantizationParameters.FromScale(scale, arguments.Int32(2, sbyte.MinValue, sbyte.MaxValue))));
    }

    // (src, weight, bias, src_zero_point, weight_zero_point, out_multiplier, out_shift, out_zero_point, offset, out)
    private void MapLinear()
    {
        arguments.RequireCount(10);
        TensorInfo source = ReadInt8(0, arguments.Int32(3, sbyte.MinValue, sbyte.MaxValue));
        (int[] sizes, sbyte[] weights) = arguments.Constant<sbyte>(1, PteScalarType.Int8);
        if (sizes is not [int outputs, int inputs] || inputs != source.Shape.ImageElementCount)
        {
            throw arguments.Fault(Text($"the weight is [{string.Join(", ", sizes)}], expected [outputs, {source.Shape.ImageElementCount}]"));
        }

        (int multiplier, int shift, double factor) = Rescaling(5);
        float outputScale = statedScales.GetValueOrDefault(arguments.ValueIndex(9), 1f);
        Write(9, network.Linear(
            Name("linear"), source, weights, arguments.Int32(4, sbyte.MinValue, sbyte.MaxValue), (float)(factor * outputScale / source.RequiredQuantization.Scale),
            Bias(outputs), multiplier, shift, QuantizationParameters.FromScale(outputScale, arguments.Int32(7, sbyte.MinValue, sbyte.MaxValue))));
    }

    // (self, other, alpha, out)
    private void MapAdd()
    {
        arguments.RequireCount(4);
        TensorInfo left = Read(0, ElementType.Float32);
        TensorInfo right = Read(1, ElementType.Float32);
        bool isOne = arguments.Value(2) is PteValue.Int { Value: 1 } or PteValue.Double { Value: 1 };
        if (left.Shape != right.Shape || !isOne)
        {
            throw arguments.Fault(Text($"adds {left.Shape} and {right.Shape}; nearest supported form: equal shapes and alpha 1"));
        }

        Write(3, network.Add(Name("add"), left, right));
    }

    // (self, kernel_size, stride, padding, dilation, ceil_mode, out, indices)
    private void MapMaxPool2d()
    {
        arguments.RequireCount(8);
        TensorInfo source = Read(0, ElementType.Float32);
        long[] kernel = arguments.Ints(1);
        if (kernel.Length is < 1 or > 2 || Array.Exists(kernel, static extent => extent is < 1 or > ushort.MaxValue))
        {
            throw arguments.Fault(Text($"the window is [{string.Join(", ", kernel)}], expected one or two extents of 1 to {ushort.MaxValue}"));
        }

        if (arguments.Square(4, "the dilation", 1) != 1 || arguments.Bool(5))
        {
            throw arguments.Fault("has a dilation or ceil_mode; nearest supported form: dilation 1 and ceil_mode false");
        }

        Write(6, network.MaxPool2d(Name("maxpool"), source, MaxPool2dShape.Create(
            source.Shape.Channels, source.Shape.Height, source.Shape.Width, (int)kernel[0], (int)kernel[^1],
            arguments.Square(2, "the stride", 1), arguments.Square(3, "the padding", 0))));
    }

    // (self, dim, keepdim, dtype, out)
    private void MapMean()
    {
        arguments.RequireCount(5);
        TensorInfo source = Read(0, ElementType.Float32);
        long[] dimensions = [.. arguments.Ints(1).Select(static dimension => dimension < 0 ? dimension + 4 : dimension).Order()];
        if (!dimensions.AsSpan().SequenceEqual([2L, 3L]))
        {
            throw arguments.Fault("averages other dimensions; nearest supported form: dimensions 2 and 3 of [N, C, H, W]");
        }

        Write(4, network.Mean(Name("mean"), source));
    }

    // (self, dim, half_to_float, out)
    private void MapSoftmax()
    {
        arguments.RequireCount(4);
        TensorInfo source = Read(0, ElementType.Float32);
        if (arguments.Int(1) is not (1 or -1) || source.Shape.ImageElementCount != source.Shape.Channels)
        {
            throw arguments.Fault(Text($"runs over dimension {arguments.Int(1)} of {source.Shape}; nearest supported form: the columns of a matrix"));
        }

        Write(3, network.Softmax(Name("softmax"), source));
    }

    // The output is the last tensor; the value keeps the shape that it was made with.
    private void MapReshape(PteKernelCall call)
    {
        arguments.RequireCount(2);
        TensorInfo source = Read(0);
        int output = Array.FindLastIndex(call.Arguments, index => (uint)index < (uint)plan.Values.Count && plan.Values[index] is PteValue.Tensor);
        TensorShape shape = ShapeOf(arguments.Tensor(output), arguments.Place);
        if (shape.Batch != source.Shape.Batch || shape.ElementCount != source.Shape.ElementCount || (shape != source.Shape && shape.Height * shape.Width != 1))
        {
            throw arguments.Fault(Text($"turns {source.Shape} into {shape}; nearest supported form: flattening each image"));
        }

        if (!values.TryAdd(arguments.ValueIndex(output), source))
        {
            throw arguments.Fault(Text($"writes value {arguments.ValueIndex(output)} again"));
        }

        if (statedScales.TryGetValue(arguments.ValueIndex(output), out float scale) && source.Quantization is { } quantization && quantization.Scale != scale)
        {
            throw arguments.Fault("its result is dequantized with a scale that it was not made with; nearest supported form: dequantize before the view");
        }
    }

    private void RequireInt8Range()
    {
        if (arguments.Int(3) != sbyte.MinValue || arguments.Int(4) != sbyte.MaxValue || arguments.Int(5) != Int8Code)
        {
            throw arguments.Fault(Text(
                $"has the range {arguments.Int(3)} to {arguments.Int(4)} and the type {arguments.Int(5)}; nearest supported form: int8 with -128 to 127"));
        }
    }

    private int[] Bias(int count)
    {
        (_, int[] bias) = arguments.Constant<int>(2, PteScalarType.Int32);
        return bias.Length == count ? bias : throw arguments.Fault(Text($"has {bias.Length} biases, expected {count}"));
    }

    private (int Multiplier, int Shift, double Factor) Rescaling(int position)
    {
        int multiplier = arguments.Int32(position, 1, int.MaxValue);
        int shift = arguments.Int32(position + 1, -62, 62);
        return (multiplier, shift, Math.ScaleB(multiplier, shift - 31));
    }

    /// <summary>The single that times <paramref name="factor"/> gives <paramref name="product"/>, or the nearest where none does.</summary>
    private static float FactorOf(float product, float factor)
    {
        float quotient = product / factor;
        foreach (float candidate in new[] { quotient, MathF.BitDecrement(quotient), MathF.BitIncrement(quotient) })
        {
            if (candidate * factor == product)
            {
                return candidate;
            }
        }

        return quotient;
    }
}
