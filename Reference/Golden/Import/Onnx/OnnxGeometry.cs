using System.Globalization;
using TileProof.Operators;

namespace TileProof.Golden.Import.Onnx;

/// <summary>Reads windows, strides and padding of nodes into the geometries of the modelled operators.</summary>
internal static class OnnxGeometry
{
    private const int MaximumExtent = 1 << 20;

    /// <summary>The geometry of a convolution over <c>[N, C, H, W]</c> with the weights <c>[OC, C / groups, KH, KW]</c>; rows <c>[N, C, W]</c> are images of height 1.</summary>
    /// <exception cref="ModelFormatException">An attribute is out of range, or nothing fits.</exception>
    public static Conv2dShape Convolution(OnnxNode node, int[] input, int[] weights)
    {
        RequireImages(node, input);
        if (weights.Length != input.Length)
        {
            throw node.Fault(Text($"has weights [{string.Join(", ", weights)}] for [{string.Join(", ", input)}]; nearest supported form: a 2-D convolution with weights [OC, C / groups, KH, KW], or a 1-D one with [OC, C / groups, K]"));
        }

        bool isOfRows = input.Length == 3;
        input = AsImages(input);
        weights = AsImages(weights);

        int[] kernel = Pair(node, isOfRows, "kernel_shape", weights[2], weights[3]);
        if (kernel[0] != weights[2] || kernel[1] != weights[3])
        {
            throw node.Fault(Text($"kernel_shape is [{string.Join(", ", kernel)}], but the weights are [{string.Join(", ", weights)}]"));
        }

        long groups = node.Int("group", 1);
        return groups is >= 1 and <= MaximumExtent && weights[1] * groups == input[1]
            ? Window(node, input, isOfRows, kernel, weights[0], (int)groups)
            : throw node.Fault(Text($"has {groups} groups and weights for {weights[1]} channels each, but its input has {input[1]} channels"));
    }

    private static Conv2dShape Window(OnnxNode node, int[] input, bool isOfRows, int[] kernel, int outChannels, int groups)
    {
        int[] strides = Pair(node, isOfRows, "strides", 1, 1);
        int[] dilations = Pair(node, isOfRows, "dilations", 1, 1);
        Conv2dWindow window = WindowOf(kernel, strides, Pads(node, input, isOfRows, kernel, strides, dilations), dilations);
        return Create(node, () => WithUniformPads(Conv2dShape.Create(input[1], input[2], input[3], outChannels, window, groups)));
    }

    private static Conv2dWindow WindowOf(int[] kernel, int[] strides, int[] pads, int[] dilations) => new()
    {
        KernelHeight = kernel[0],
        KernelWidth = kernel[1],
        StrideHeight = strides[0],
        StrideWidth = strides[1],
        PadTop = pads[0],
        PadLeft = pads[1],
        PadBottom = pads[2],
        PadRight = pads[3],
        DilationHeight = dilations[0],
        DilationWidth = dilations[1],
    };

    /// <summary>The geometry of a max pooling.</summary>
    /// <exception cref="ModelFormatException">The node has a form without counterpart.</exception>
    public static MaxPool2dShape MaxPool(OnnxNode node, int[] input)
    {
        RequireImages(node, input);
        bool isOfRows = input.Length == 3;
        input = AsImages(input);
        if (node.OperatorType == "GlobalMaxPool")
        {
            return Create(node, () => MaxPool2dShape.Create(input[1], input[2], input[3], input[2], input[3], 1, 0));
        }

        if (node.Outputs.Count > 1 && node.Outputs[1].Length > 0)
        {
            throw node.Fault("also gives out indices; nearest supported form: one output");
        }

        if (Pair(node, isOfRows, "dilations", 1, 1) is not [1, 1])
        {
            throw node.Fault("has dilations, and the pooling kernels read windows of neighbours only; nearest supported form: dilations 1");
        }

        int[] kernel = Pair(node, isOfRows, "kernel_shape", 0, 0);
        int[] strides = Pair(node, isOfRows, "strides", 1, 1);
        int[] pads = Pads(node, input, isOfRows, kernel, strides, [1, 1]);
        if (node.Int("ceil_mode", 0) != 0)
        {
            AddStartedWindow(input, kernel, strides, pads);
        }

        return Create(node, () => WithUniformPads(MaxPool2dShape.Create(input[1], input[2], input[3], WindowOf(kernel, strides, pads, [1, 1]))));
    }

    /// <summary>Rounding output extents up is padding behind for one more window, if that begins inside the image or before it.</summary>
    private static void AddStartedWindow(int[] input, int[] kernel, int[] strides, int[] pads)
    {
        for (int axis = 0; axis < 2; axis++)
        {
            long slack = (long)input[axis + 2] + pads[axis] + pads[axis + 2] - kernel[axis];
            long windows = (slack + strides[axis] - 1) / strides[axis];
            if (slack % strides[axis] != 0 && windows * strides[axis] < input[axis + 2] + pads[axis])
            {
                pads[axis + 2] += (int)((windows * strides[axis]) - slack);
            }
        }
    }

    private static MaxPool2dShape WithUniformPads(MaxPool2dShape shape)
    {
        Conv2dWindow same = shape.Window with { PadBottom = shape.PadTop, PadRight = shape.PadLeft };
        return shape.InHeight + (2L * shape.PadTop) >= shape.KernelHeight && shape.InWidth + (2L * shape.PadLeft) >= shape.KernelWidth
            && MaxPool2dShape.Create(shape.Channels, shape.InHeight, shape.InWidth, same) is var uniform && uniform.OutHeight == shape.OutHeight && uniform.OutWidth == shape.OutWidth
                ? uniform
                : shape;
    }

    /// <summary>Whether an average pooling covers whole planes, which makes it a mean.</summary>
    public static bool IsGlobal(OnnxNode node, int[] input)
    {
        RequireImages(node, input);
        bool isOfRows = input.Length == 3;
        input = AsImages(input);
        int[] kernel = Pair(node, isOfRows, "kernel_shape", 0, 0);
        return kernel[0] == input[2] && kernel[1] == input[3] && Array.TrueForAll(node.Ints("pads"), static pad => pad == 0);
    }

    /// <summary>The windows of an average pooling.</summary>
    /// <param name="node">The node.</param>
    /// <param name="input">What it reads.</param>
    /// <returns>The windows, and whether each counts all its elements, padding too: then the mean is a depthwise convolution with equal weights. Else it is over the elements in the image.</returns>
    /// <exception cref="ModelFormatException">An attribute is out of range, or some windows count padding that others do not.</exception>
    public static (MaxPool2dShape Shape, bool CountsAll) AveragePool(OnnxNode node, int[] input)
    {
        RequireImages(node, input);
        bool isOfRows = input.Length == 3;
        input = AsImages(input);
        if (Pair(node, isOfRows, "dilations", 1, 1) is not [1, 1])
        {
            throw node.Fault("has dilations, and the pooling kernels read windows of neighbours only; nearest supported form: dilations 1");
        }

        int[] kernel = Pair(node, isOfRows, "kernel_shape", 0, 0);
        int[] strides = Pair(node, isOfRows, "strides", 1, 1);
        int[] pads = Pads(node, input, isOfRows, kernel, strides, [1, 1]);
        int[] stated = [.. pads];
        if (node.Int("ceil_mode", 0) != 0)
        {
            AddStartedWindow(input, kernel, strides, pads);
        }

        MaxPool2dShape shape = Create(node, () => MaxPool2dShape.Create(input[1], input[2], input[3], WindowOf(kernel, strides, pads, [1, 1])));
        MaxPool2dShape read = Create(node, () => WithoutUnreadPads(shape));
        if (read.IsInsideImage)
        {
            return (read, true);
        }

        bool countsPadding = node.Int("count_include_pad", 0) != 0;
        return !countsPadding || pads.AsSpan().SequenceEqual(stated)
            ? (shape, countsPadding)
            : throw node.Fault("counts its padding, but not what ceil_mode adds; nearest supported form: count_include_pad 0, or ceil_mode 0");
    }

    /// <summary>An average pooling whose windows count all their elements as a depthwise convolution.</summary>
    public static Conv2dShape AsConvolution(OnnxNode node, MaxPool2dShape shape) =>
        Create(node, () => WithUniformPads(Conv2dShape.Create(shape.Channels, shape.InHeight, shape.InWidth, shape.Channels, shape.Window, shape.Channels)));

    /// <summary>The same windows without the rows and columns of padding behind the last one.</summary>
    private static MaxPool2dShape WithoutUnreadPads(MaxPool2dShape shape)
    {
        int rows = checked(((shape.OutHeight - 1) * shape.StrideHeight) + shape.KernelHeight - shape.PadTop - shape.InHeight);
        int columns = checked(((shape.OutWidth - 1) * shape.StrideWidth) + shape.KernelWidth - shape.PadLeft - shape.InWidth);
        return MaxPool2dShape.Create(shape.Channels, shape.InHeight, shape.InWidth, shape.Window with { PadBottom = Math.Max(rows, 0), PadRight = Math.Max(columns, 0) });
    }

    /// <summary>Dimensions of rows <c>[N, C, W]</c> as those of images of height 1; others as they are.</summary>
    public static int[] AsImages(int[] dimensions) => dimensions is [int n, int c, int w] ? [n, c, 1, w] : dimensions;

    /// <summary>Requires <c>[N, C, H, W]</c>, or rows <c>[N, C, W]</c>, with all extents above 0.</summary>
    public static void RequireImages(OnnxNode node, int[] dimensions)
    {
        if (dimensions.Length is not (3 or 4) || Array.Exists(dimensions, static dimension => dimension < 1))
        {
            throw node.Fault(Text($"reads [{string.Join(", ", dimensions)}]; nearest supported form: images [N, C, H, W]"));
        }
    }

    private static T Create<T>(OnnxNode node, Func<T> create)
    {
        try
        {
            return create();
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            throw node.Fault(exception.Message.Split(" (Parameter", StringSplitOptions.None)[0], exception);
        }
    }

    private static int[] Pair(OnnxNode node, bool isOfRows, string name, int absentHeight, int absentWidth)
    {
        long[] values = node.Ints(name, absentHeight, absentWidth);
        values = isOfRows && values.Length == 1 ? [1, values[0]] : values;
        return values.Length == 2 && Array.TrueForAll(values, static value => value is >= 1 and <= MaximumExtent)
            ? [(int)values[0], (int)values[1]]
            : throw node.Fault(Text($"{name} is [{string.Join(", ", values)}], expected two extents of 1 to {MaximumExtent}"));
    }

    /// <summary>Top, left, bottom and right.</summary>
    private static int[] Pads(OnnxNode node, int[] input, bool isOfRows, int[] kernel, int[] strides, int[] dilations)
    {
        string automatic = node.Word("auto_pad", "NOTSET");
        long[] pads = automatic switch
        {
            "NOTSET" or "" => node.Ints("pads", 0, 0, 0, 0) is [long before, long behind] && isOfRows ? [0, before, 0, behind] : node.Ints("pads", 0, 0, 0, 0),
            "VALID" => [0, 0, 0, 0],
            "SAME_UPPER" or "SAME_LOWER" => SamePadding(input, kernel, strides, dilations, automatic == "SAME_UPPER"),
            _ => throw node.Fault($"auto_pad is '{automatic}', expected NOTSET, VALID, SAME_UPPER or SAME_LOWER"),
        };
        return pads.Length == 4 && Array.TrueForAll(pads, static pad => pad is >= 0 and <= MaximumExtent)
            ? Array.ConvertAll(pads, static pad => (int)pad)
            : throw node.Fault(Text($"pads is [{string.Join(", ", pads)}], expected four of 0 to {MaximumExtent}: top, left, bottom, right"));
    }

    private static long[] SamePadding(int[] input, int[] kernel, int[] strides, int[] dilations, bool isUpper)
    {
        var pads = new long[4];
        for (int axis = 0; axis < 2; axis++)
        {
            long outputs = ((long)input[axis + 2] + strides[axis] - 1) / strides[axis];
            long total = Math.Max(0, ((outputs - 1) * strides[axis]) + ((kernel[axis] - 1L) * dilations[axis]) + 1 - input[axis + 2]);
            pads[axis] = isUpper ? total / 2 : total - (total / 2);
            pads[axis + 2] = total - pads[axis];
        }

        return pads;
    }

    /// <summary>The same geometry with as much padding behind as before, where no window reads what that adds or leaves out: then a kernel of the library may take it.</summary>
    private static Conv2dShape WithUniformPads(Conv2dShape shape)
    {
        bool isSame = Outputs(shape.InHeight, shape.PadTop, shape.WindowHeight, shape.StrideHeight) == shape.OutHeight
            && Outputs(shape.InWidth, shape.PadLeft, shape.WindowWidth, shape.StrideWidth) == shape.OutWidth;
        return isSame
            ? Conv2dShape.Create(
                shape.InChannels, shape.InHeight, shape.InWidth, shape.OutChannels, shape.Window with { PadBottom = shape.PadTop, PadRight = shape.PadLeft }, shape.Groups)
            : shape;

        static long Outputs(int extent, int padding, int window, int stride) => extent + (2L * padding) < window ? 0 : ((extent + (2L * padding) - window) / stride) + 1;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
