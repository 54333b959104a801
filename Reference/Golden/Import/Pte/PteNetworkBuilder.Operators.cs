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
        RequireByteRange(6);
        Write(6, network.Quantize(Name("quantize"), Read(0, ElementType.Float32), QuantizationParameters.FromScale(arguments.Scale(1), ZeroPoint(2, 6))), IsLast(0));
    }

    // (input, scale, zero_point, quant_min, quant_max, dtype[, out_dtype], out)
    private void MapDequantize(PteKernelCall call)
    {
        arguments.RequireCount(7);
        int output = call.Namespace == "quantized_decomposed" ? arguments.OutputBehindOptional(6, "the type of its output") : 6;
        RequireByteRange(0);
        TensorInfo source = ReadInt8(0, 2);
        RequireScale(1, source);
        Write(output, network.Dequantize(Name("dequantize"), source), IsLast(0));
    }

    // (input, in_scale, in_zero_point, out_scale, out_zero_point, out_dtype, out)
    private void MapRequantize()
    {
        arguments.RequireCount(7);
        TensorInfo source = ReadInt8(0, 2);
        RequireScale(1, source);
        if (arguments.Int(5) != (IsUnsigned(6) ? UInt8Code : Int8Code))
        {
            throw arguments.Fault(Text($"has the type {arguments.Int(5)}; nearest supported form: that of its output, int8 or uint8"));
        }

        Write(6, network.LevelArithmetic(Name("requantize"), LevelOperation.None, [source], QuantizationParameters.FromScale(arguments.Scale(3), ZeroPoint(4, 6))), IsLast(0));
    }

    // (X, X_scale, X_zero_point, Y, Y_scale, Y_zero_point, out_scale, out_zero_point, out)
    private void MapLevelArithmetic(LevelOperation operation)
    {
        arguments.RequireCount(9);
        TensorInfo left = ReadInt8(0, 2);
        TensorInfo right = ReadInt8(3, 5);
        RequireScale(1, left);
        RequireScale(4, right);
        RequireLayout(3, IsLast(0));
        if (left.Shape != right.Shape)
        {
            throw arguments.Fault(Text($"reads {left.Shape} and {right.Shape}; nearest supported form: equal shapes"));
        }

        string kind = operation == LevelOperation.Add ? "quantized_add" : "quantized_mul";
        Write(8, network.LevelArithmetic(Name(kind), operation, [left, right], QuantizationParameters.FromScale(arguments.Scale(6), ZeroPoint(7, 8))), IsLast(0));
    }

    // (input, weight, bias, stride, padding, dilation, groups, in_zp, weight_zp, bias_scale, out_scale, out_zp, out_multiplier, out_shift, out)
    private void MapConv2d(bool isLast, int output)
    {
        arguments.RequireCount(output + 1);
        TensorInfo source = ReadInt8(0, 7);
        RequireLayout(0, isLast);
        (int[] sizes, sbyte[] weights) = Weights();
        (sizes, weights) = WithChannelsFirst(sizes, weights, isLast, isSequence: arguments.Tensor(0).Sizes.Length == 3);
        (int[] kernel, int outChannels) = sizes switch
        {
            [int oc, int wc, int kh, int kw] => (new[] { wc, kh, kw }, oc),
            [int oc, int wc, int kw] => ([wc, 1, kw], oc),
            _ => throw arguments.Fault(Text($"the weight has {sizes.Length} dimensions, expected 3 or 4")),
        };
        int groups = arguments.Int32(6, 1, int.MaxValue);
        (int strideRows, int strideColumns) = arguments.Pair(3, "the stride", 1);
        (int padRows, int padColumns) = arguments.Pair(4, "the padding", 0);
        (int dilationRows, int dilationColumns) = arguments.Pair(5, "the dilation", 1);

        // The operator pads the only row of a 1-D convolution with nothing.
        int padAbove = arguments.Tensor(0).Sizes.Length == 3 ? 0 : padRows;
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
        Write(output, network.Conv2d(
            Name("conv2d"), source, shape, weights, Bias(outChannels), weightScales, isProduct ? null : biasScales,
            QuantizationParameters.FromScale(arguments.Scale(10), ZeroPoint(11, output))), isLast);
    }

    /// <summary>The levels of the weight less their zero points, which int8 holds.</summary>
    private (int[] Sizes, sbyte[] Levels) Weights()
    {
        bool isUnsigned = IsUnsigned(1);
        (int[] sizes, byte[] codes) = arguments.Constant<byte>(1, isUnsigned ? PteScalarType.UInt8 : PteScalarType.Int8);
        int[] zeroPoints = arguments.ZeroPoints(8);
        int perZeroPoint = sizes.Length > 0 && zeroPoints.Length == sizes[0] ? codes.Length / Math.Max(sizes[0], 1) : codes.Length;
        if (zeroPoints.Length != 1 && (sizes.Length == 0 || zeroPoints.Length != sizes[0]))
        {
            throw arguments.Fault(Text($"has {zeroPoints.Length} weight zero points, expected 1 or one an output channel"));
        }

        var levels = new sbyte[codes.Length];
        for (int i = 0; i < levels.Length; i++)
        {
            int level = (isUnsigned ? codes[i] : unchecked((sbyte)codes[i])) - zeroPoints[zeroPoints.Length == 1 ? 0 : i / perZeroPoint];
            levels[i] = level is >= sbyte.MinValue and <= sbyte.MaxValue
                ? (sbyte)level
                : throw arguments.Fault(Text($"weight {i} is {level} levels from real 0, which int8 does not hold; nearest supported form: symmetric weights"));
        }

        return (sizes, levels);
    }

    /// <summary>Weights as [OC, C, KH, KW] or [OC, C, K]: with channels last they are [OC, KH, KW, C] and [OC, K, C], and [KH, KW, OC] and [K, OC] of depthwise kernels.</summary>
    private static (int[] Sizes, sbyte[] Levels) WithChannelsFirst(int[] sizes, sbyte[] weights, bool isLast, bool isSequence)
    {
        int kernelAxes = isSequence ? 1 : 2;
        if (!isLast || weights.Length == 0)
        {
            return (sizes, weights);
        }

        bool isDepthwise = sizes.Length == kernelAxes + 1;
        int[] first = isDepthwise ? [sizes[^1], 1, .. sizes[..^1]] : [sizes[0], sizes[^1], .. sizes[1..^1]];
        int outChannels = first[0];
        int inChannels = first[1];
        int taps = weights.Length / outChannels / inChannels;
        var ordered = new sbyte[weights.Length];
        for (int i = 0; i < ordered.Length; i++)
        {
            (int channels, int tap) = Math.DivRem(i, taps);
            (int oc, int c) = Math.DivRem(channels, inChannels);
            ordered[i] = weights[isDepthwise ? (tap * outChannels) + oc : (((oc * taps) + tap) * inChannels) + c];
        }

        return (first, ordered);
    }

    // (X, X_zero_point, out_zero_point, out_multiplier, out_shift, out)
    private void MapRelu()
    {
        arguments.RequireCount(6);
        TensorInfo source = ReadInt8(0, 1);
        (int multiplier, int shift, double factor) = Rescaling(3);
        float scale = statedScales.TryGetValue(arguments.ValueIndex(5), out float stated) ? stated : (float)(source.RequiredQuantization.Scale / factor);
        Write(5, network.Relu(Name("relu"), source, multiplier, shift, QuantizationParameters.FromScale(scale, ZeroPoint(2, 5))), IsLast(0));
    }

    /// <summary>A product by a constant is a linear layer without bias.</summary>
    // (X, X_zero_point, Y, Y_zero_point, bias, out_multiplier, out_shift, out_zero_point, transposed, out)
    private void MapMatMul()
    {
        arguments.RequireCount(10);
        TensorInfo source = ReadInt8(0, 1);
        RequireLayout(0, isLast: false);
        if (arguments.Value(2) is not PteValue.Tensor { Data: not null } || arguments.Tensor(0).Sizes.Length != 2)
        {
            throw arguments.Fault("multiplies by a value that a run computes, or more than one matrix; nearest supported form: one matrix by a constant, as cadence::quantized_linear does");
        }

        bool isUnsigned = IsUnsigned(2);
        (int[] sizes, byte[] codes) = arguments.Constant<byte>(2, isUnsigned ? PteScalarType.UInt8 : PteScalarType.Int8);
        bool isTransposed = arguments.Bool(8);
        int[] matrix = [.. sizes.SkipWhile(static (extent, axis) => extent == 1 && axis == 0)];
        matrix = sizes.Length == 2 ? sizes : matrix;
        if (matrix is not [int rows, int columns] || source.Shape.ImageElementCount != (isTransposed ? columns : rows) || source.Shape.PlaneElementCount != 1)
        {
            throw arguments.Fault(Text($"multiplies {source.Shape} by [{string.Join(", ", sizes)}]; expected a matrix whose {(isTransposed ? "columns" : "rows")} are the {source.Shape.ImageElementCount} elements of a row"));
        }

        int outputs = isTransposed ? rows : columns;
        int inputs = isTransposed ? columns : rows;
        var weights = new sbyte[codes.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            (int output, int input) = Math.DivRem(i, inputs);
            byte code = codes[isTransposed ? i : (input * outputs) + output];
            weights[i] = unchecked((sbyte)(isUnsigned ? code - UnsignedShift : code));
        }

        (int multiplier, int shift, double factor) = Rescaling(5);
        float outputScale = statedScales.GetValueOrDefault(arguments.ValueIndex(9), 1f);
        Write(9, network.Linear(
            Name("matmul"), source, weights, ZeroPoint(3, 2), (float)(factor * outputScale / source.RequiredQuantization.Scale),
            new int[outputs], multiplier, shift, QuantizationParameters.FromScale(outputScale, ZeroPoint(7, 9))), isLast: false);
    }

    // (src, weight, bias, src_zero_point, weight_zero_point, out_multiplier, out_shift, out_zero_point, offset, out)
    private void MapLinear()
    {
        arguments.RequireCount(10);
        TensorInfo source = ReadInt8(0, 3);
        RequireLayout(0, isLast: false);
        bool isUnsigned = IsUnsigned(1);
        (int[] sizes, byte[] codes) = arguments.Constant<byte>(1, isUnsigned ? PteScalarType.UInt8 : PteScalarType.Int8);
        if (sizes is not [int outputs, int inputs] || inputs != source.Shape.ImageElementCount)
        {
            throw arguments.Fault(Text($"the weight is [{string.Join(", ", sizes)}], expected [outputs, {source.Shape.ImageElementCount}]"));
        }

        // Levels of uint8 are moved as their zero point is, which leaves their differences.
        sbyte[] weights = Array.ConvertAll(codes, code => unchecked((sbyte)(isUnsigned ? code - UnsignedShift : code)));
        int[] zeroPoints = arguments.ZeroPoints(4);
        int weightZeroPoint = zeroPoints[0] - (isUnsigned ? UnsignedShift : 0);
        if (zeroPoints.Length != 1 || weightZeroPoint is < sbyte.MinValue or > sbyte.MaxValue)
        {
            throw arguments.Fault(Text($"has the weight zero points [{string.Join(", ", zeroPoints)}]; nearest supported form: one of the weight's type"));
        }

        (int multiplier, int shift, double factor) = Rescaling(5);
        float outputScale = statedScales.GetValueOrDefault(arguments.ValueIndex(9), 1f);
        Write(9, network.Linear(
            Name("linear"), source, weights, weightZeroPoint, (float)(factor * outputScale / source.RequiredQuantization.Scale),
            Bias(outputs), multiplier, shift, QuantizationParameters.FromScale(outputScale, ZeroPoint(7, 9))), isLast: false);
    }

    // (tensors, dim, out)
    private void MapConcat()
    {
        arguments.RequireCount(3);
        if (arguments.Value(0) is not PteValue.TensorList { ValueIndices: { Length: > 0 } indices })
        {
            throw arguments.Fault("argument 0 is not a list of tensors");
        }

        TensorInfo[] parts = [.. indices.Select(index => ReadValue(0, index))];
        bool isLast = channelsLast.Contains(indices[0]);
        int rank = arguments.Tensor(2).Sizes.Length;
        long dimension = arguments.Int(1) + (arguments.Int(1) < 0 ? rank : 0);
        if (dimension < 0 || dimension >= rank || (rank == 3 && dimension == 2) || indices.Any(index => channelsLast.Contains(index) != isLast)
            || parts.Any(part => part.ElementType != parts[0].ElementType || part.Quantization != parts[0].Quantization))
        {
            throw arguments.Fault(Text($"joins along dimension {arguments.Int(1)}, or values of different types, scales or orders of axes; nearest supported form: equal ones along a dimension of matrices or images"));
        }

        int axis = isLast ? ChannelsLastAxes[dimension] : (int)dimension;
        if (parts.Any(part => Without(part.Shape, axis) != Without(parts[0].Shape, axis)))
        {
            throw arguments.Fault(Text($"joins {string.Join(", ", parts.Select(static part => part.Shape))} along dimension {dimension}; expected the same extents elsewhere"));
        }

        Write(2, network.Concat(Name("concat"), parts, axis, ShapeOf(arguments.Tensor(2), arguments.Place, isLast)), isLast);
        if (network.Last is ConcatCall made && parts.Sum(static part => (long)part.Shape.ElementCount) != made.Output.Shape.ElementCount)
        {
            throw arguments.Fault(Text($"its output is declared as {made.Output.Shape}, which has other elements than what it joins"));
        }
    }

    private static (int, int, int, int) Without(TensorShape shape, int axis) =>
        (axis == 0 ? 0 : shape.Batch, axis == 1 ? 0 : shape.Channels, axis == 2 ? 0 : shape.Height, axis == 3 ? 0 : shape.Width);

    // (self, pad, value, out): pad is left, right, top, bottom
    private void MapPad()
    {
        arguments.RequireCount(4);
        TensorInfo source = Read(0);
        RequireLayout(0, isLast: false);
        long[] pads = [.. arguments.Ints(1), .. Enumerable.Repeat(0L, Math.Max(0, 4 - arguments.Ints(1).Length))];
        double value = arguments.Value(2) switch { PteValue.Int number => number.Value, PteValue.Double number => number.Value, _ => double.NaN };
        double level = source.ElementType == ElementType.Int8 && IsUnsigned(0) ? value - UnsignedShift : value;
        bool fits = source.ElementType == ElementType.Int8 ? level is >= sbyte.MinValue and <= sbyte.MaxValue && level == Math.Floor(level) : level == 0;
        if (pads.Length != 4 || pads.Any(static pad => pad is < 0 or > ushort.MaxValue) || !fits)
        {
            throw arguments.Fault(Text($"pads by [{string.Join(", ", pads)}] with {value}; nearest supported form: rows and columns of zeros, or of a level"));
        }

        Write(3, network.Pad(Name("pad"), source, (int)pads[2], (int)pads[0], (int)pads[3], (int)pads[1], (sbyte)level), isLast: false);
    }

    /// <summary>A change between channels first and channels last, or none, moves no element of the network.</summary>
    // (self, dims, out)
    private void MapPermute()
    {
        arguments.RequireCount(3);
        int rank = arguments.Tensor(0).Sizes.Length;
        Permute([.. arguments.Ints(1).Select(axis => axis < 0 ? axis + rank : axis)], 2);
    }

    // (self, dim0, dim1, out)
    private void MapTranspose()
    {
        arguments.RequireCount(4);
        int rank = arguments.Tensor(0).Sizes.Length;
        int first = arguments.Int32(1, -rank, rank - 1);
        int second = arguments.Int32(2, -rank, rank - 1);
        long[] axes = [.. Enumerable.Range(0, rank).Select(static axis => (long)axis)];
        (first, second) = (first < 0 ? first + rank : first, second < 0 ? second + rank : second);
        (axes[first], axes[second]) = (axes[second], axes[first]);
        Permute(axes, 3);
    }

    private void Permute(long[] axes, int output)
    {
        TensorInfo source = Read(0);
        int rank = arguments.Tensor(0).Sizes.Length;
        bool toLast = rank == 3 ? axes is [0, 2, 1] : axes is [0, 2, 3, 1];
        bool toFirst = rank == 3 ? axes is [0, 2, 1] : axes is [0, 3, 1, 2];
        bool isSame = axes.AsSpan().SequenceEqual([.. Enumerable.Range(0, rank).Select(static axis => (long)axis)]);
        bool isLast = IsLast(0);
        if (!isSame && !(isLast ? toFirst : toLast))
        {
            throw arguments.Fault(Text($"moves the axes to [{string.Join(", ", axes)}]; nearest supported form: channels behind rows and columns, or back"));
        }

        Alias(output, source, isSame ? isLast : !isLast);
    }

    private void Alias(int position, TensorInfo source, bool isLast)
    {
        TensorShape shape = ShapeOf(arguments.Tensor(position), arguments.Place, isLast);
        if (shape != source.Shape || !values.TryAdd(arguments.ValueIndex(position), source))
        {
            throw arguments.Fault(Text($"its output is declared as {shape}, expected {source.Shape}, or was written before"));
        }

        MarkLayout(arguments.ValueIndex(position), isLast);
    }

    // (self, kernel_size, stride, padding, dilation, ceil_mode, out, ...)
    private void MapMaxPool2d(ElementType elementType, bool isLast)
    {
        arguments.RequireCount(elementType == ElementType.Int8 ? 7 : 8);
        TensorInfo source = Read(0, elementType);
        RequireLayout(0, isLast);
        Conv2dWindow window = PoolingWindow(source.Shape, arguments.Pair(3, "the padding", 0), arguments.Bool(5));
        if (arguments.Pair(4, "the dilation", 1) != (1, 1))
        {
            throw arguments.Fault("has a dilation; nearest supported form: dilation 1");
        }

        Write(6, network.MaxPool2d(Name("maxpool"), source, MaxPool2dShape.Create(source.Shape.Channels, source.Shape.Height, source.Shape.Width, window)), isLast);
    }

    /// <summary>The window of a pooling, whose first arguments are the image, the kernel and the stride, which is the kernel where it is left out.</summary>
    /// <param name="image">The image.</param>
    /// <param name="padding">Rows above and below, columns on both sides.</param>
    /// <param name="roundsUp">Whether extents are rounded up: then there is more padding below and to the right.</param>
    private Conv2dWindow PoolingWindow(TensorShape image, (int Rows, int Columns) padding, bool roundsUp)
    {
        (int kernelRows, int kernelColumns) = arguments.Pair(1, "the window", 1);
        (int strideRows, int strideColumns) = arguments.Ints(2).Length == 0 ? (kernelRows, kernelColumns) : arguments.Pair(2, "the stride", 1);
        return new Conv2dWindow
        {
            KernelHeight = kernelRows,
            KernelWidth = kernelColumns,
            StrideHeight = strideRows,
            StrideWidth = strideColumns,
            PadTop = padding.Rows,
            PadLeft = padding.Columns,
            PadBottom = padding.Rows + (roundsUp ? MissingPadding(image.Height, kernelRows, strideRows, padding.Rows) : 0),
            PadRight = padding.Columns + (roundsUp ? MissingPadding(image.Width, kernelColumns, strideColumns, padding.Columns) : 0),
            DilationHeight = 1,
            DilationWidth = 1,
        };
    }

    /// <summary>What rounding an output extent up adds behind: room for one more window, if that begins inside the image or before it.</summary>
    private static int MissingPadding(int extent, int kernel, int stride, int padding)
    {
        long slack = extent + (2L * padding) - kernel;
        long windows = (slack + stride - 1) / stride;
        return slack % stride != 0 && windows * stride < extent + padding ? (int)((windows * stride) - slack) : 0;
    }

    // (self, dim, keepdim, dtype, out)
    private void MapMean()
    {
        arguments.RequireCount(5);
        TensorInfo source = Read(0, ElementType.Float32);
        int rank = arguments.Tensor(0).Sizes.Length;
        long[] dimensions = [.. arguments.Ints(1).Select(dimension => dimension < 0 ? dimension + rank : dimension).Order()];
        long[] expected = (rank, IsLast(0)) switch { (4, true) => [1, 2], (4, false) => [2, 3], (3, true) => [1], (3, false) => [2], _ => [] };
        if (expected.Length == 0 || !dimensions.AsSpan().SequenceEqual(expected))
        {
            throw arguments.Fault("averages other dimensions; nearest supported form: dimensions 2 and 3 of [N, C, H, W]");
        }

        if (arguments.Value(3) is not (PteValue.None or PteValue.Int { Value: Float32Code }))
        {
            throw arguments.Fault("changes the type; nearest supported form: float32");
        }

        Write(4, network.Mean(Name("mean"), source), IsLast(0));
    }

    // (self, dim, half_to_float, out)
    private void MapSoftmax()
    {
        arguments.RequireCount(4);
        TensorInfo source = Read(0, ElementType.Float32);
        int rank = arguments.Tensor(0).Sizes.Length;
        long dimension = arguments.Int(1) < 0 ? arguments.Int(1) + rank : arguments.Int(1);
        if (dimension != Math.Min(1, rank - 1) || source.Shape.ImageElementCount != source.Shape.Channels)
        {
            throw arguments.Fault(Text($"runs over dimension {arguments.Int(1)} of {source.Shape}; nearest supported form: the columns of a matrix"));
        }

        Write(3, network.Softmax(Name("softmax"), source), isLast: false);
    }

    // The output is the last tensor; the value keeps the shape that it was made with.
    private void MapReshape(PteKernelCall call)
    {
        arguments.RequireCount(2);
        TensorInfo source = Read(0);
        int output = Array.FindLastIndex(call.Arguments, index => (uint)index < (uint)plan.Values.Count && plan.Values[index] is PteValue.Tensor);
        bool isLast = IsLast(0) && arguments.Tensor(output).Sizes.Length == arguments.Tensor(0).Sizes.Length;
        TensorShape shape = ShapeOf(arguments.Tensor(output), arguments.Place, isLast);
        if (arguments.Tensor(output).ElementType != arguments.Tensor(0).ElementType)
        {
            throw arguments.Fault(Text($"turns {NameOf(arguments.Tensor(0).ElementType)} into {NameOf(arguments.Tensor(output).ElementType)}; nearest supported form: a copy of the same type"));
        }

        if (IsLast(0) && !isLast && source.Shape.PlaneElementCount > 1 && source.Shape.Channels > 1)
        {
            throw arguments.Fault(Text($"flattens {source.Shape} with channels last; nearest supported form: a permute_copy before it"));
        }

        if (shape.Batch != source.Shape.Batch || shape.ElementCount != source.Shape.ElementCount || (shape != source.Shape && shape.Height * shape.Width != 1))
        {
            throw arguments.Fault(Text($"turns {source.Shape} into {shape}; nearest supported form: flattening each image"));
        }

        if (!values.TryAdd(arguments.ValueIndex(output), source))
        {
            throw arguments.Fault(Text($"writes value {arguments.ValueIndex(output)} again"));
        }

        MarkLayout(arguments.ValueIndex(output), isLast);

        if (statedScales.TryGetValue(arguments.ValueIndex(output), out float scale) && source.Quantization is { } quantization && quantization.Scale != scale)
        {
            throw arguments.Fault("its result is dequantized with a scale that it was not made with; nearest supported form: dequantize before the view");
        }
    }

    private void RequireByteRange(int tensorPosition)
    {
        (int smallest, int largest, int code) = IsUnsigned(tensorPosition) ? (byte.MinValue, byte.MaxValue, UInt8Code) : ((int)sbyte.MinValue, (int)sbyte.MaxValue, Int8Code);
        if (arguments.Int(3) != smallest || arguments.Int(4) != largest || arguments.Int(5) != code)
        {
            throw arguments.Fault(Text(
                $"has the range {arguments.Int(3)} to {arguments.Int(4)} and the type {arguments.Int(5)}; nearest supported form: int8 with -128 to 127, or uint8 with 0 to 255"));
        }
    }

    private void RequireScale(int position, TensorInfo source)
    {
        float scale = arguments.Scale(position);
        if (scale != source.RequiredQuantization.Scale)
        {
            throw arguments.Fault(Text($"reads its input with the scale {scale:R}, but it was made with {source.RequiredQuantization.Scale:R}"));
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
