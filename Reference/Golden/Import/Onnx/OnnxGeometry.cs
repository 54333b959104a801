using System.Globalization;
using TileProof.Operators;

namespace TileProof.Golden.Import.Onnx;

/// <summary>Reads windows, strides and padding of nodes into the geometries of the modelled operators.</summary>
internal static class OnnxGeometry
{
    private const int MaximumExtent = 1 << 20;

    /// <summary>The geometry of a convolution over <c>[N, C, H, W]</c> with the weights <c>[OC, C / groups, KH, KW]</c>.</summary>
    /// <exception cref="ModelFormatException">Strides, padding or dilation differ between directions or sides, or nothing fits.</exception>
    public static Conv2dShape Convolution(OnnxNode node, int[] input, int[] weights)
    {
        RequireImages(node, input);
        if (weights.Length != 4)
        {
            throw node.Fault(Text($"has weights [{string.Join(", ", weights)}]; nearest supported form: a 2-D convolution with weights [OC, C / groups, KH, KW]"));
        }

        int[] kernel = Pair(node, "kernel_shape", weights[2], weights[3]);
        if (kernel[0] != weights[2] || kernel[1] != weights[3])
        {
            throw node.Fault(Text($"kernel_shape is [{string.Join(", ", kernel)}], but the weights are [{string.Join(", ", weights)}]"));
        }

        int stride = Same(node, "strides", 1, 1);
        int dilation = Same(node, "dilations", 1, 1);
        int padding = Padding(node, input, kernel, stride, dilation);
        long groups = node.Int("group", 1);
        if (groups is < 1 or > MaximumExtent || weights[1] * groups != input[1])
        {
            throw node.Fault(Text($"has {groups} groups and weights for {weights[1]} channels each, but its input has {input[1]} channels"));
        }

        return Create(node, () => Conv2dShape.Create(input[1], input[2], input[3], weights[0], kernel[0], kernel[1], stride, padding, dilation, (int)groups));
    }

    /// <summary>Top, left, bottom and right, where a rule for padding (SAME_UPPER, SAME_LOWER) comes to sides that differ; else null.</summary>
    public static long[]? UnlikePads(OnnxNode node, int[] input, int[] weights)
    {
        string automatic = node.Word("auto_pad", "NOTSET");
        if (automatic is not ("SAME_UPPER" or "SAME_LOWER") || input.Length != 4 || weights.Length != 4 || node.Ints("dilations", 1, 1).Any(static dilation => dilation != 1))
        {
            return null;
        }

        long[] pads = SamePadding(input, [weights[2], weights[3]], Same(node, "strides", 1, 1), 1, automatic == "SAME_UPPER");
        return pads.Distinct().Count() > 1 ? pads : null;
    }

    /// <summary>The extents that a convolution with these pads gives.</summary>
    public static int[] ConvolutionOutput(OnnxNode node, int[] input, int[] weights, long[] pads)
    {
        int stride = Same(node, "strides", 1, 1);
        return [input[0], weights[0], Extent(0), Extent(1)];

        int Extent(int axis) => checked((int)(((input[axis + 2] + pads[axis] + pads[axis + 2] - weights[axis + 2]) / stride) + 1));
    }

    /// <summary>The geometry of a max pooling.</summary>
    /// <exception cref="ModelFormatException">The node has a form without counterpart.</exception>
    public static MaxPool2dShape MaxPool(OnnxNode node, int[] input)
    {
        RequireImages(node, input);
        node.RequireInt("ceil_mode", 0, 0);
        node.RequireInt("storage_order", 0, 0);
        if (node.Outputs.Count > 1 && node.Outputs[1].Length > 0)
        {
            throw node.Fault("also gives out indices; nearest supported form: one output");
        }

        if (Same(node, "dilations", 1, 1) != 1)
        {
            throw node.Fault("has dilations; nearest supported form: dilations 1");
        }

        int[] kernel = Pair(node, "kernel_shape", 0, 0);
        int stride = Same(node, "strides", 1, 1);
        int padding = Padding(node, input, kernel, stride, 1);
        return Create(node, () => MaxPool2dShape.Create(input[1], input[2], input[3], kernel[0], kernel[1], stride, padding));
    }

    /// <summary>Checks that an average pooling covers whole planes, which makes it a mean.</summary>
    public static void RequireGlobal(OnnxNode node, int[] input)
    {
        RequireImages(node, input);
        int[] kernel = Pair(node, "kernel_shape", 0, 0);
        if (kernel[0] != input[2] || kernel[1] != input[3] || Array.Exists(node.Ints("pads"), static pad => pad != 0))
        {
            throw node.Fault(Text(
                $"averages windows of [{string.Join(", ", kernel)}] over [{string.Join(", ", input)}]; nearest supported form: GlobalAveragePool"));
        }
    }

    /// <summary>Requires <c>[N, C, H, W]</c> with all extents above 0.</summary>
    public static void RequireImages(OnnxNode node, int[] dimensions)
    {
        if (dimensions.Length != 4 || Array.Exists(dimensions, static dimension => dimension < 1))
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

    private static int[] Pair(OnnxNode node, string name, int absentHeight, int absentWidth)
    {
        long[] values = node.Ints(name, absentHeight, absentWidth);
        return values.Length == 2 && Array.TrueForAll(values, static value => value is >= 1 and <= MaximumExtent)
            ? [(int)values[0], (int)values[1]]
            : throw node.Fault(Text($"{name} is [{string.Join(", ", values)}], expected two extents of 1 to {MaximumExtent}"));
    }

    private static int Same(OnnxNode node, string name, int absentHeight, int absentWidth)
    {
        int[] values = Pair(node, name, absentHeight, absentWidth);
        return values[0] == values[1]
            ? values[0]
            : throw node.Fault(Text($"{name} is [{values[0]}, {values[1]}]; nearest supported form: the same in both directions"));
    }

    private static int Padding(OnnxNode node, int[] input, int[] kernel, int stride, int dilation)
    {
        string automatic = node.Word("auto_pad", "NOTSET");
        long[] pads = automatic switch
        {
            "NOTSET" or "" => node.Ints("pads", 0, 0, 0, 0),
            "VALID" => [0, 0, 0, 0],
            "SAME_UPPER" or "SAME_LOWER" => SamePadding(input, kernel, stride, dilation, automatic == "SAME_UPPER"),
            _ => throw node.Fault($"auto_pad is '{automatic}', expected NOTSET, VALID, SAME_UPPER or SAME_LOWER"),
        };

        // The only row of a 1-D convolution written as 2-D is not padded, and the modelled library does not pad it either.
        bool isRow = input[2] == 1 && kernel[0] == 1 && pads is [0, _, 0, _];
        return pads.Length == 4 && pads[0] == pads[2] && pads[1] == pads[3] && (pads[0] == pads[1] || isRow) && pads[1] is >= 0 and <= MaximumExtent
            ? (int)pads[1]
            : throw node.Fault(Text($"pads is [{string.Join(", ", pads)}]; nearest supported form: the same on all four sides"));
    }

    private static long[] SamePadding(int[] input, int[] kernel, int stride, int dilation, bool isUpper)
    {
        var pads = new long[4];
        for (int axis = 0; axis < 2; axis++)
        {
            long outputs = ((long)input[axis + 2] + stride - 1) / stride;
            long total = Math.Max(0, ((outputs - 1) * stride) + ((kernel[axis] - 1L) * dilation) + 1 - input[axis + 2]);
            pads[axis] = isUpper ? total / 2 : total - (total / 2);
            pads[axis + 2] = total - pads[axis];
        }

        return pads;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
