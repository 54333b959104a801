using TileProof.Operators;

namespace TileProof.Golden.Import.Onnx;

/// <summary>The shape rule of every supported operator.</summary>
internal sealed partial class OnnxShapes
{
    private const string Supported =
        "Conv, BatchNormalization, Relu, Clip, MaxPool, GlobalMaxPool, Add, Sum, Mul of levels, Mul, Sub and Div by a constant, GlobalAveragePool, AveragePool, ReduceMean, Pad, Flatten, Reshape, Squeeze, Unsqueeze, Gemm, MatMul, Softmax, "
        + "Identity, Dropout, Constant, Cast, Shape, Gather, Slice of shapes, Concat, QuantizeLinear, DequantizeLinear, QLinearConv, QLinearMatMul, QGemm, QLinearAdd, QLinearMul, QLinearConcat, QLinearAveragePool, QLinearGlobalAveragePool";

    private int[] Infer(OnnxNode node)
    {
        if (node.Domain is not ("" or "ai.onnx" or "com.microsoft"))
        {
            throw node.Fault(
                $"belongs to the domain '{node.Domain}', expected ai.onnx or com.microsoft{(node.Domain.Contains("qonnx", StringComparison.Ordinal) || node.Domain.Contains("finn", StringComparison.Ordinal) ? "; nearest supported form: QuantizeLinear and DequantizeLinear, as export_onnx_qcdq of Brevitas writes" : "")}");
        }

        int[] found = node.OperatorType switch
        {
            "Conv" => Convolution(node, 1),
            "QLinearConv" => Convolution(node, 3),
            "MaxPool" or "GlobalMaxPool" => MaxPool(node),
            "GlobalAveragePool" or "QLinearGlobalAveragePool" => Mean(node, this[node.Input(0)], keepsDimensions: true),
            "AveragePool" or "QLinearAveragePool" => AveragePool(node),
            "ReduceMean" => ReduceMean(node),
            "Relu" or "Clip" or "Identity" or "Dropout" or "Softmax" or "QuantizeLinear" or "DequantizeLinear" or "BatchNormalization" => this[node.Input(0)],
            "Cast" => Cast(node),
            "Pad" => Pad(node),
            "Mul" or "Sub" or "Div" when IsOfConstant(node) || (node.OperatorType == "Mul" && node.HasInput(1) && (IsShapeArithmetic(node.Input(0), node.Input(1)) || OnnxQuantizedImporter.IsQuantized(graph))) => Add(node, node.Input(0), node.Input(1)),
            "Slice" when integers.TryGetValue(node.Input(0), out long[]? extents) => Slice(node, extents),
            "Slice" when graph.Constant(node.Input(0)) is null => Part(node),
            "Transpose" when !MovesElements(node) || IsFlattenedBehind(node) => Transpose(node),
            "Add" => Add(node, node.Input(0), node.Input(1)),
            "QLinearAdd" => Add(node, node.Input(0), node.Input(3)),
            "Flatten" => Flatten(node),
            "Reshape" => Reshape(node),
            "Squeeze" => Squeeze(node),
            "Unsqueeze" => Unsqueeze(node),
            "Gemm" => Product(node, 0, 1, node.Int("transB", 0) != 0),
            "QGemm" => Product(node, 0, 3, node.Int("transB", 0) != 0),
            "MatMul" => Product(node, 0, 1, isTransposed: false),
            "QLinearMatMul" => Product(node, 0, 3, isTransposed: false),
            "Shape" => ShapeOf(node),
            "Gather" => Gather(node),
            "Concat" => Concat(node),
            "QLinearConcat" => Join(node, [.. node.Inputs.Skip(2).Where(static (_, i) => i % 3 == 0)]),
            "QLinearMul" => Add(node, node.Input(0), node.Input(3)),
            _ => throw node.Fault($"is not supported{NearestForm(node.OperatorType)}; supported: {Supported}"),
        };
        return found.Length <= MaximumRank ? found : throw node.Fault(Text($"gives {found.Length} dimensions, expected at most {MaximumRank}"));
    }

    private static string NearestForm(string operatorType) => operatorType switch
    {
        "LeakyRelu" or "PRelu" or "Elu" or "Gelu" or "HardSwish" or "Sigmoid" => "; nearest supported form: Relu",
        "ConvTranspose" or "ConvInteger" => "; nearest supported form: Conv",
        "DynamicQuantizeLinear" or "MatMulInteger" => "; nearest supported form: QuantizeLinear with constant scales",
        "LpPool" => "; nearest supported form: MaxPool",
        "Transpose" => "; nearest supported form: a Transpose of the graph input from NHWC, or of constants",
        "Sub" => "; nearest supported form: Add of two values",
        "LogSoftmax" => "; nearest supported form: Softmax",
        "Mul" or "Div" => "; nearest supported form: a BatchNormalization after a Conv",
        _ => string.Empty,
    };

    private int[] Convolution(OnnxNode node, int weightInput)
    {
        int[] input = this[node.Input(0)];
        int[] weights = this[node.Input(weightInput)];
        Conv2dShape shape = OnnxGeometry.Convolution(node, input, weights);
        return OfImages(input, shape.OutChannels, shape.OutHeight, shape.OutWidth);
    }

    private int[] MaxPool(OnnxNode node)
    {
        int[] input = this[node.Input(0)];
        MaxPool2dShape shape = OnnxGeometry.MaxPool(node, input);
        return OfImages(input, shape.Channels, shape.OutHeight, shape.OutWidth);
    }

    /// <summary>The dimensions of images, or of rows where the input has rows.</summary>
    private static int[] OfImages(int[] input, int channels, int height, int width) => input.Length == 3 ? [input[0], channels, width] : [input[0], channels, height, width];

    private int[] Pad(OnnxNode node)
    {
        int[] input = this[node.Input(0)];
        OnnxPad pad = OnnxPad.Read(node, graph, input);
        long width = (long)input[^1] + pad.Left + pad.Right;
        long height = input.Length == 3 ? 1 : (long)input[2] + pad.Top + pad.Bottom;
        return Math.Max(width, height) <= int.MaxValue
            ? OfImages(input, input[1], (int)height, (int)width)
            : throw node.Fault(Text($"gives {height} rows of {width} columns, expected at most {int.MaxValue} each"));
    }

    /// <summary>Part of a shape: exporters take batch or positions of it.</summary>
    private int[] Slice(OnnxNode node, long[] extents)
    {
        long[]? starts = node.HasInput(1) ? Integers(node.Input(1)) : node.Ints("starts");
        long[]? ends = node.HasInput(2) ? Integers(node.Input(2)) : node.Ints("ends");
        bool isPlain = (!node.HasInput(3) || Integers(node.Input(3)) is [0 or -1]) && (!node.HasInput(4) || Integers(node.Input(4)) is [1]);
        if (starts is not [long start] || ends is not [long end] || !isPlain)
        {
            throw node.Fault("is only supported as consecutive entries of a shape");
        }

        int first = (int)Math.Clamp(start < 0 ? start + extents.Length : start, 0, extents.Length);
        int behind = (int)Math.Clamp(end < 0 ? end + extents.Length : end, first, extents.Length);
        integers.Add(node.Output, extents[first..behind]);
        return [behind - first];
    }

    private int[] AveragePool(OnnxNode node)
    {
        int[] input = this[node.Input(0)];
        if (node.OperatorType == "AveragePool" && OnnxGeometry.IsGlobal(node, input))
        {
            return Mean(node, input, keepsDimensions: true);
        }

        MaxPool2dShape shape = OnnxGeometry.AveragePool(node, input).Shape;
        return OfImages(input, shape.Channels, shape.OutHeight, shape.OutWidth);
    }

    private static int[] Mean(OnnxNode node, int[] input, bool keepsDimensions)
    {
        OnnxGeometry.RequireImages(node, input);
        return !keepsDimensions ? [input[0], input[1]] : input.Length == 3 ? [input[0], input[1], 1] : [input[0], input[1], 1, 1];
    }

    private int[] ReduceMean(OnnxNode node)
    {
        long[] axes = node.HasInput(1)
            ? Integers(node.Input(1)) ?? throw node.Fault("has computed axes; nearest supported form: constant axes")
            : node.Ints("axes");
        int[] input = this[node.Input(0)];
        OnnxGeometry.RequireImages(node, input);
        long[] positive = [.. axes.Select(axis => axis < 0 ? axis + input.Length : axis).Order()];
        return (positive is [2, 3] && input.Length == 4) || (positive is [2] && input.Length == 3)
            ? Mean(node, input, node.Int("keepdims", 1) != 0)
            : throw node.Fault(Text($"averages the axes [{string.Join(", ", axes)}]; nearest supported form: axes [2, 3] of [N, C, H, W]"));
    }

    private int[] Cast(OnnxNode node)
    {
        const int float32 = 1;
        if (integers.TryGetValue(node.Input(0), out long[]? values) && node.Int("to", 0) is 6 or 7)
        {
            integers.Add(node.Output, values);
        }
        else if (node.Int("to", 0) != float32)
        {
            throw node.Fault(Text($"casts to type {node.Int("to", 0)}; nearest supported form: float32 to float32, or integers of a shape computation"));
        }

        return this[node.Input(0)];
    }

    private int[] Add(OnnxNode node, string left, string right)
    {
        if (IsShapeArithmetic(left, right))
        {
            return Arithmetic(node, Integers(left)!, Integers(right)!);
        }

        int[] leftDimensions = this[left];
        int[] rightDimensions = this[right];
        bool isBias = (graph.Constant(left) is null) != (graph.Constant(right) is null);
        if (isBias)
        {
            (int[] value, int[] constant) = graph.Constant(left) is null ? (leftDimensions, rightDimensions) : (rightDimensions, leftDimensions);
            return constant.Length <= value.Length && constant.Index().All(axis => axis.Item == 1 || axis.Item == value[axis.Index + value.Length - constant.Length])
                ? value
                : throw node.Fault(Text($"reads [{string.Join(", ", value)}] and a constant [{string.Join(", ", constant)}]; nearest supported form: one number, or one a channel"));
        }

        return leftDimensions.AsSpan().SequenceEqual(rightDimensions)
            ? leftDimensions
            : throw node.Fault(Text($"{(node.OperatorType.EndsWith("Mul", StringComparison.Ordinal) ? "multiplies" : "adds")} [{string.Join(", ", leftDimensions)}] and [{string.Join(", ", rightDimensions)}]; nearest supported form: equal shapes"));
    }

    /// <summary>Whether a node of two inputs reads one constant.</summary>
    private bool IsOfConstant(OnnxNode node) => node.HasInput(1) && (graph.Constant(node.Input(0)) is null) != (graph.Constant(node.Input(1)) is null);

    /// <summary>Whether a Transpose does more than to move extents of 1, which leaves all elements where they are.</summary>
    public bool MovesElements(OnnxNode node)
    {
        int[] input = this[node.Input(0)];
        long[] moved = [.. OrderOf(node, input.Length).Where(axis => input[axis] > 1)];
        return !moved.SequenceEqual(moved.Order());
    }

    /// <summary>Whether a Transpose to channels last is followed by a matrix product of all its elements only, as TensorFlow flattens images: then the weights can be moved instead.</summary>
    private bool IsFlattenedBehind(OnnxNode node) => OrderOf(node, this[node.Input(0)].Length) is [0, 2, 3, 1]
        && !graph.Outputs.Contains(node.Output)
        && graph.ReadersOf(node.Output).All(reader => reader.OperatorType is "Reshape" or "Flatten" && !graph.Outputs.Contains(reader.Output)
            && graph.ReadersOf(reader.Output).All(product => product.OperatorType is "Gemm" or "MatMul" && product.Inputs[0] == reader.Output));

    private int[] Transpose(OnnxNode node)
    {
        int[] input = this[node.Input(0)];
        return [.. OrderOf(node, input.Length).Select(axis => input[axis])];
    }

    private static long[] OrderOf(OnnxNode node, int rank)
    {
        long[] order = node.Ints("perm", [.. Enumerable.Range(0, rank).Reverse().Select(static axis => (long)axis)]);
        return order.Order().SequenceEqual(Enumerable.Range(0, rank).Select(static axis => (long)axis))
            ? order
            : throw node.Fault(Text($"has the order [{string.Join(", ", order)}] of {rank} axes"));
    }

    private bool IsShapeArithmetic(string left, string right) =>
        (integers.ContainsKey(left) || integers.ContainsKey(right)) && Integers(left) is not null && Integers(right) is not null;

    /// <summary>Sums and products of extents, as exporters flatten shapes.</summary>
    private int[] Arithmetic(OnnxNode node, long[] left, long[] right)
    {
        if (left.Length != right.Length && left.Length != 1 && right.Length != 1)
        {
            throw node.Fault(Text($"joins {left.Length} and {right.Length} entries of shapes"));
        }

        var found = new long[Math.Min(left.Length, right.Length) == 0 ? 0 : Math.Max(left.Length, right.Length)];
        for (int i = 0; i < found.Length; i++)
        {
            (long first, long second) = (left[left.Length == 1 ? 0 : i], right[right.Length == 1 ? 0 : i]);
            Int128 result = node.OperatorType == "Add" ? (Int128)first + second : (Int128)first * second;
            found[i] = result >= long.MinValue && result <= long.MaxValue ? (long)result : throw node.Fault("gives an extent beyond 64 bits");
        }

        integers.Add(node.Output, found);
        int[] dimensions = this[node.Input(left.Length >= right.Length ? 0 : 1)];
        return dimensions.Length == 0 ? this[node.Input(1)] : dimensions;
    }

    private int[] Flatten(OnnxNode node)
    {
        int[] input = this[node.Input(0)];
        long axis = node.Int("axis", 1);
        if (input.Length < 1 || (axis is not 1 && axis + input.Length is not 1))
        {
            throw node.Fault(Text($"has the axis {axis}; nearest supported form: axis 1"));
        }

        return [input[0], (int)CountOf(node, input.AsSpan(1))];
    }

    private int[] Reshape(OnnxNode node)
    {
        int[] input = this[node.Input(0)];
        long[] wanted = Integers(node.Input(1)) ?? throw node.Fault("has a computed shape; nearest supported form: a constant shape, or one made from the input's by Shape, Gather and Concat");
        var found = new long[wanted.Length];
        long known = 1;
        int free = -1;
        for (int axis = 0; axis < wanted.Length; axis++)
        {
            bool copies = wanted[axis] == 0 && node.Int("allowzero", 0) == 0 && axis < input.Length;
            found[axis] = copies ? input[axis] : wanted[axis];
            if (found[axis] == -1 && free < 0)
            {
                free = axis;
            }
            else if (found[axis] is < 1 or > int.MaxValue)
            {
                throw WrongReshape(node, input, wanted);
            }
            else
            {
                known = Math.Min(long.MaxValue / int.MaxValue, known * found[axis]);
            }
        }

        long count = CountOf(node, input);
        if (free >= 0)
        {
            found[free] = count / known;
            known *= found[free];
        }

        return known == count ? Array.ConvertAll(found, static extent => (int)extent) : throw WrongReshape(node, input, wanted);
    }

    private static ModelFormatException WrongReshape(OnnxNode node, int[] input, long[] wanted) =>
        node.Fault(Text($"cannot turn [{string.Join(", ", input)}] into [{string.Join(", ", wanted)}]"));

    private int[] Squeeze(OnnxNode node)
    {
        int[] input = this[node.Input(0)];
        long[]? axes = Axes(node);
        HashSet<int> dropped = axes is null
            ? [.. Enumerable.Range(0, input.Length).Where(axis => input[axis] == 1)]
            : [.. axes.Select(axis => checked((int)(axis < 0 ? axis + input.Length : axis)))];
        if (dropped.FirstOrDefault(axis => axis >= input.Length || axis < 0 || input[axis] != 1, -1) is >= 0 and int wrong)
        {
            throw node.Fault(Text($"drops axis {wrong} of [{string.Join(", ", input)}], expected an axis of extent 1"));
        }

        KeepIntegers(node);
        return [.. input.Where((_, axis) => !dropped.Contains(axis))];
    }

    private int[] Unsqueeze(OnnxNode node)
    {
        int[] input = this[node.Input(0)];
        long[] axes = Axes(node) ?? throw node.Fault("has no axes");
        int rank = input.Length + axes.Length;
        long[] positive = [.. axes.Select(axis => axis < 0 ? axis + rank : axis).Order()];
        if (rank > MaximumRank || positive.Distinct().Count() != positive.Length || Array.Exists(positive, axis => axis < 0 || axis >= rank))
        {
            throw node.Fault(Text($"adds the axes [{string.Join(", ", axes)}] to [{string.Join(", ", input)}]"));
        }

        var found = new List<int>(input);
        foreach (long axis in positive)
        {
            found.Insert((int)axis, 1);
        }

        KeepIntegers(node);
        return [.. found];
    }

    private long[]? Axes(OnnxNode node)
    {
        if (node.HasInput(1))
        {
            return Integers(node.Input(1)) ?? throw node.Fault("has computed axes; nearest supported form: constant axes");
        }

        return node.HasAttribute("axes") ? node.Ints("axes") : null;
    }

    private int[] Product(OnnxNode node, int left, int right, bool isTransposed)
    {
        int[] rows = this[node.Input(left)];
        int[] weights = this[node.Input(right)];
        if (rows.Length != 2 || weights.Length != 2 || node.Int("transA", 0) != 0)
        {
            throw node.Fault(Text(
                $"multiplies [{string.Join(", ", rows)}] by [{string.Join(", ", weights)}]; nearest supported form: rows [N, K] by constant weights, transA 0"));
        }

        (int inputs, int outputs) = isTransposed ? (weights[1], weights[0]) : (weights[0], weights[1]);
        return inputs == rows[1] && outputs > 0
            ? [rows[0], outputs]
            : throw node.Fault(Text($"multiplies rows of {rows[1]} by weights for {inputs}"));
    }

    private int[] ShapeOf(OnnxNode node)
    {
        int[] input = this[node.Input(0)];
        (int first, int behind) = (At("start", 0), At("end", input.Length));
        behind = Math.Max(first, behind);
        integers.Add(node.Output, Array.ConvertAll(input[first..behind], static extent => (long)extent));
        return [behind - first];

        int At(string name, int absent)
        {
            long place = node.Int(name, absent);
            return (int)Math.Clamp(place < 0 ? place + input.Length : place, 0, input.Length);
        }
    }

    private int[] Gather(OnnxNode node)
    {
        long[]? values = Integers(node.Input(0));
        long[]? indices = Integers(node.Input(1));
        if (values is null || indices is null || indices.Length > MaximumRank || Array.Exists(indices, index => index < -values.Length || index >= values.Length) || node.Int("axis", 0) != 0)
        {
            throw node.Fault("is only supported for entries of a shape");
        }

        integers.Add(node.Output, Array.ConvertAll(indices, index => values[index < 0 ? index + values.Length : index]));
        return this[node.Input(1)];
    }

    private int[] Concat(OnnxNode node)
    {
        if (!node.Inputs.All(input => input.Length > 0 && this[input].Length == 1 && Integers(input) is not null))
        {
            return Join(node, node.Inputs);
        }

        var joined = new List<long>();
        foreach (string input in node.Inputs)
        {
            long[] values = (this[input].Length == 1 ? Integers(input) : null)
                ?? throw node.Fault("joins a shape with something else");
            joined.AddRange(values);
            if (joined.Count > MaximumRank)
            {
                throw node.Fault(Text($"joins more than {MaximumRank} extents of a shape"));
            }
        }

        integers.Add(node.Output, [.. joined]);
        return [joined.Count];
    }

    /// <summary>The dimensions of values behind each other along the axis of a node.</summary>
    private int[] Join(OnnxNode node, IReadOnlyList<string> inputs)
    {
        if (inputs.Count == 0 || inputs.Any(input => input.Length == 0 || graph.Constant(input) is not null || integers.ContainsKey(input)))
        {
            throw node.Fault("joins a constant, or a shape with a value; nearest supported form: values that depend on the input");
        }

        int[] found = [.. this[inputs[0]]];
        int axis = JoinedAxis(node, found.Length);
        long extent = 0;
        foreach (string input in inputs)
        {
            int[] next = this[input];
            if (next.Length != found.Length || next.Where((_, i) => i != axis).SequenceEqual(found.Where((_, i) => i != axis)) is false)
            {
                throw node.Fault(Text($"joins [{string.Join(", ", found)}] and [{string.Join(", ", next)}] along axis {axis}; expected the same extents elsewhere"));
            }

            extent += next[axis];
        }

        found[axis] = extent <= int.MaxValue ? (int)extent : throw node.Fault(Text($"joins {extent} extents, expected at most {int.MaxValue}"));
        return found;
    }

    /// <summary>The dimensions of consecutive indices of an axis.</summary>
    private int[] Part(OnnxNode node)
    {
        int[] found = [.. this[node.Input(0)]];
        var slice = OnnxSlice.Read(node, graph, found);
        found[slice.Axis] = slice.Count;
        return found;
    }

    /// <summary>The axis along which a node joins values, from 0.</summary>
    public static int JoinedAxis(OnnxNode node, int rank)
    {
        long axis = node.Int("axis", 1);
        long positive = axis < 0 ? axis + rank : axis;
        return positive >= 0 && positive < rank ? (int)positive : throw node.Fault(Text($"has the axis {axis} of {rank} dimensions"));
    }

    /// <summary>The same axis where values are <c>[N, C, H, W]</c>: rows have a height of 1.</summary>
    public static int AxisOfImages(OnnxNode node, int rank) => AxisOfImages(JoinedAxis(node, rank), rank);

    /// <summary>The axis of <c>[N, C, H, W]</c> that an axis of a value is.</summary>
    public static int AxisOfImages(int axis, int rank) => rank == 3 && axis == 2 ? 3 : axis;

    private void KeepIntegers(OnnxNode node)
    {
        if (graph.Constant(node.Input(0)) is null && integers.TryGetValue(node.Input(0), out long[]? values))
        {
            integers.Add(node.Output, values);
        }
    }

    private static long CountOf(OnnxNode node, ReadOnlySpan<int> dimensions)
    {
        long count = 1;
        foreach (int dimension in dimensions)
        {
            count *= dimension;
            if (count is < 0 or > int.MaxValue)
            {
                throw node.Fault(Text($"reads more than {int.MaxValue} elements"));
            }
        }

        return count;
    }
}
