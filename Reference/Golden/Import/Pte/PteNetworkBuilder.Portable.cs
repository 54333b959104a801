using System.Runtime.InteropServices;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Import.Pte;

/// <summary>Portable operators that read constants, or that ONNX Runtime computes where that is allowed.</summary>
internal sealed partial class PteNetworkBuilder
{
    /// <summary>Whether ONNX Runtime can compute a call, which is mapped so.</summary>
    private bool TryMapFallback(PteKernelCall call)
    {
        if (call.IsDelegate || call.IsControlFlow || !PteFallback.Knows(PteOperatorNames.StemOf(call.BaseName)))
        {
            return false;
        }

        arguments = new PteArguments(path, plan, call);
        try
        {
            MapInOnnxRuntime(call);
            return true;
        }
        catch (Exception exception) when (exception is ModelFormatException or ArgumentException or OverflowException)
        {
            return false;
        }
    }

    private void MapFallback(PteKernelCall call)
    {
        if (!allowFallback)
        {
            throw arguments.Fault("has no DSP program; nearest supported form: the program quantized before export, or --allow-fallback");
        }

        MapInOnnxRuntime(call);
    }

    private void MapInOnnxRuntime(PteKernelCall call)
    {
        string stem = PteOperatorNames.StemOf(call.BaseName);
        arguments.RequireCount(2);
        if (PteFallback.TwoOperands(stem) is { } two)
        {
            MapTwoInOnnxRuntime(stem, two);
            return;
        }

        TensorInfo source = Read(0, ElementType.Float32);
        if (PteFallback.OneOperand(stem) is { } one)
        {
            Write(1, network.Fallback(Name(stem), [source], source.Shape, one, PteFallback.One(one, source.Shape)), IsLast(0));
        }
        else if (stem is "hardtanh" or "clamp")
        {
            // (self, min, max, out)
            arguments.RequireCount(4);
            Write(3, network.Fallback(Name(stem), [source], source.Shape, "Clip", PteFallback.Clip(source.Shape, Limit(1, float.NegativeInfinity), Limit(2, float.PositiveInfinity))), IsLast(0));
        }
        else
        {
            MapAverageInOnnxRuntime(source);
        }
    }

    // (self, other[, alpha], out)
    private void MapTwoInOnnxRuntime(string stem, string operatorType)
    {
        bool hasFactor = stem is "add" or "sub";
        int output = hasFactor ? 3 : 2;
        arguments.RequireCount(output + 1);
        if (hasFactor && !IsNumber(2, 1))
        {
            throw arguments.Fault("has an alpha that is not 1; nearest supported form: alpha 1");
        }

        (TensorInfo source, float[]? constant, int at) = ValueAndOperand();
        TensorInfo[] sources = constant is null ? [source, Read(1, ElementType.Float32)] : [source];
        if (sources is [_, var other])
        {
            RequireLayout(1, IsLast(0));
            if (other.Shape != source.Shape || other == source)
            {
                throw arguments.Fault(other == source ? "reads one value twice; nearest supported form: two values" : Text($"reads {source.Shape} and {other.Shape}; nearest supported form: equal shapes"));
            }
        }

        Write(output, network.Fallback(Name(stem), sources, source.Shape, operatorType, PteFallback.Two(operatorType, source.Shape, constant, isConstantFirst: at == 1)), IsLast(at));
    }

    /// <summary>The float32 value among the first two arguments and the constant operand that is the other one; null where that is a value, too.</summary>
    private (TensorInfo Value, float[]? Constant, int At) ValueAndOperand()
    {
        if (values.TryGetValue(arguments.ValueIndex(1), out TensorInfo? second) && !values.ContainsKey(arguments.ValueIndex(0)) && ConstantLike(0, second, 1) is { } first)
        {
            return (Read(1, ElementType.Float32), first, 1);
        }

        TensorInfo source = Read(0, ElementType.Float32);
        return (source, ConstantLike(1, source, 0), 0);
    }

    // (self, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override, out)
    private void MapAverageInOnnxRuntime(TensorInfo source)
    {
        arguments.RequireCount(8);
        RequireLayout(0, isLast: false);
        Conv2dWindow window = AverageWindow(source.Shape);
        if (arguments.Value(6) is not PteValue.None)
        {
            throw arguments.Fault("has a divisor of its own; nearest supported form: none");
        }

        TensorShape shape = MaxPool2dShape.Create(source.Shape.Channels, source.Shape.Height, source.Shape.Width, window).OutputShape(source.Shape.Batch);
        Write(7, network.Fallback(Name("avg_pool2d"), [source], shape, "AveragePool", PteFallback.AveragePool(source.Shape, shape, window, arguments.Bool(5))), isLast: false);
    }

    /// <summary>The window of a mean, from kernel, stride, padding and whether extents are rounded up; what that adds behind must add no window.</summary>
    private Conv2dWindow AverageWindow(TensorShape source)
    {
        Conv2dWindow window = PoolingWindow(source, arguments.Ints(3).Length == 0 ? (0, 0) : arguments.Pair(3, "the padding", 0), arguments.Bool(4));
        return window.PadBottom == window.PadTop && window.PadRight == window.PadLeft
            ? window
            : throw arguments.Fault("rounds its extents up to windows that reach beyond the image; nearest supported form: ceil_mode false");
    }

    /// <summary>A mean over windows. On uint8 levels it is the depthwise convolution with equal weights; over the whole of a float32 image the mean.</summary>
    // (self, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override[, in_zero_point, channel_last], out)
    private void MapAveragePool(PteKernelCall call)
    {
        arguments.RequireCount(8);
        TensorInfo source = Read(0);
        RequireLayout(0, isLast: false);
        Conv2dWindow window = AverageWindow(source.Shape);
        bool ofBackEnd = call.Namespace is "cadence" or "xtensa";
        int output = ofBackEnd ? 9 : 7;
        arguments.RequireCount(output + 1);
        bool hasPadding = window.PadTop + window.PadLeft > 0;
        bool isWhole = window.KernelHeight == source.Shape.Height && window.KernelWidth == source.Shape.Width && !hasPadding;
        if (ofBackEnd && arguments.Value(8) is not PteValue.Bool { Value: false })
        {
            throw arguments.Fault("has channels last; nearest supported form: channels before rows and columns");
        }

        if (source.ElementType == ElementType.Float32)
        {
            if (!isWhole || arguments.Value(6) is not PteValue.None)
            {
                MapFallback(call);
                return;
            }

            Write(output, network.Mean(Name("mean"), source), isLast: false);
            return;
        }

        if (arguments.Value(6) is not PteValue.None || (hasPadding && !arguments.Bool(5)))
        {
            throw arguments.Fault("divides by another number than the window has elements; nearest supported form: count_include_pad true and no divisor");
        }

        int zeroPoint = arguments.Value(7) is PteValue.None ? (IsUnsigned(0) ? -UnsignedShift : 0) : ZeroPoint(7, 0);
        if (zeroPoint != source.RequiredQuantization.ZeroPoint)
        {
            throw arguments.Fault(Text($"reads its input with the zero point {zeroPoint}, but it was made with {source.RequiredQuantization.ZeroPoint} (of int8 levels)"));
        }

        var shape = Conv2dShape.Create(source.Shape.Channels, source.Shape.Height, source.Shape.Width, source.Shape.Channels, window, source.Shape.Channels);
        var weights = new sbyte[shape.WeightCount];
        Array.Fill(weights, (sbyte)1);
        Write(output, network.Conv2d(
            Name("avg_pool2d"), source, shape, weights, new int[shape.OutChannels], [1f / (shape.KernelHeight * shape.KernelWidth)], null, source.RequiredQuantization), isLast: false);
    }

    // (self, output_size, out)
    private void MapAdaptiveAverage()
    {
        arguments.RequireCount(3);
        TensorInfo source = Read(0, ElementType.Float32);
        RequireLayout(0, isLast: false);
        if (arguments.Ints(1).Any(static extent => extent != 1))
        {
            throw arguments.Fault(Text($"averages to {string.Join("x", arguments.Ints(1))}; nearest supported form: one mean for each channel"));
        }

        Write(2, network.Mean(Name("mean"), source), isLast: false);
    }

    // (self, other, alpha, out)
    private void MapAdd()
    {
        arguments.RequireCount(4);
        if (!IsNumber(2, 1))
        {
            throw arguments.Fault("has an alpha that is not 1; nearest supported form: alpha 1");
        }

        (TensorInfo left, float[]? constant, int at) = ValueAndOperand();
        TensorInfo right = constant is null ? Read(1, ElementType.Float32) : Input(constant, left.Shape);
        if (constant is null)
        {
            RequireLayout(1, IsLast(0));
        }

        if (left.Shape != right.Shape)
        {
            throw arguments.Fault(Text($"adds {left.Shape} and {right.Shape}; nearest supported form: equal shapes and alpha 1"));
        }

        Write(3, network.Add(Name("add"), left, right), IsLast(at));
    }

    /// <summary>Subtracting a constant is adding its negative, bit for bit.</summary>
    // (self, other, alpha, out)
    private void MapSubtract(PteKernelCall call)
    {
        arguments.RequireCount(4);
        (TensorInfo left, float[]? constant, int at) = ValueAndOperand();
        if (constant is null || at == 1 || !IsNumber(2, 1))
        {
            MapFallback(call);
            return;
        }

        Write(3, network.Add(Name("sub"), left, Input(Array.ConvertAll(constant, static element => -element), left.Shape)), IsLast(0));
    }

    private TensorInfo Input(float[] constant, TensorShape shape)
    {
        var value = new TensorInfo(Text($"constant_{otherInputs.Count}"), shape, ElementType.Float32, null);
        otherInputs.Add(new NetworkInput(value, Tensor.FromFloat32(shape, constant)) { IsConstant = true });
        return value;
    }

    /// <summary>A number or a float32 constant, spread over the shape of the value at another argument as [N, C, H, W]; null where the argument is neither.</summary>
    private float[]? ConstantLike(int position, TensorInfo value, int valuePosition)
    {
        int[] sizes = [];
        float[] elements;
        switch (arguments.Value(position))
        {
            case PteValue.Double number:
                elements = [(float)number.Value];
                break;
            case PteValue.Int number:
                elements = [number.Value];
                break;
            case PteValue.Tensor { ElementType: PteScalarType.Float32, Data: { } data } tensor:
                elements = MemoryMarshal.Cast<byte, float>(data.Span).ToArray();
                sizes = tensor.Sizes;
                break;
            default:
                return null;
        }

        if (!Array.TrueForAll(elements, float.IsFinite))
        {
            throw arguments.Fault(Text($"argument {position} holds what is no finite number"));
        }

        int rank = arguments.Tensor(valuePosition).Sizes.Length;
        TensorShape shape = value.Shape;
        if (sizes.Length > rank || elements.Length == 0)
        {
            throw arguments.Fault(Text($"argument {position} is a constant of {sizes.Length} dimensions, expected at most {rank}"));
        }

        int[] extents = InFileOrder([shape.Batch, shape.Channels, shape.Height, shape.Width], rank, IsLast(valuePosition));
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            int extent = extents[rank - sizes.Length + axis];
            if (sizes[axis] != 1 && sizes[axis] != extent)
            {
                throw arguments.Fault(Text($"argument {position} is a constant [{string.Join(", ", sizes)}] that does not spread over [{string.Join(", ", extents)}]"));
            }
        }

        var spread = new float[shape.ElementCount];
        for (int i = 0; i < spread.Length; i++)
        {
            int column = i % shape.Width;
            int row = i / shape.Width % shape.Height;
            int channel = i / shape.PlaneElementCount % shape.Channels;
            int[] at = InFileOrder([i / shape.ImageElementCount, channel, row, column], rank, IsLast(valuePosition));
            int index = 0;
            for (int axis = 0; axis < sizes.Length; axis++)
            {
                index = (index * sizes[axis]) + (sizes[axis] == 1 ? 0 : at[rank - sizes.Length + axis]);
            }

            spread[i] = elements[index];
        }

        return spread;
    }

    /// <summary>Four numbers of [N, C, H, W] in the order and number of the dimensions that a tensor of the file has.</summary>
    private static int[] InFileOrder(ReadOnlySpan<int> nchw, int rank, bool isLast) => (rank, isLast) switch
    {
        (0, _) => [],
        (1, _) => [nchw[1]],
        (2, _) => [nchw[0], nchw[1]],
        (3, true) => [nchw[0], nchw[3], nchw[1]],
        (3, false) => [nchw[0], nchw[1], nchw[3]],
        (_, true) => [nchw[0], nchw[2], nchw[3], nchw[1]],
        (_, false) => nchw.ToArray(),
    };

    private bool IsNumber(int position, int number) => arguments.Value(position) switch
    {
        PteValue.Int value => value.Value == number,
        PteValue.Double value => value.Value == number,
        _ => false,
    };

    private float Limit(int position, float none) => arguments.Value(position) switch
    {
        PteValue.None => none,
        PteValue.Int value => value.Value,
        PteValue.Double value => (float)value.Value,
        _ => throw arguments.Fault(Text($"argument {position} is no number")),
    };
}
