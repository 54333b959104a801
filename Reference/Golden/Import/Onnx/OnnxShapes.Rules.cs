using TileProof.Operators;

namespace TileProof.Golden.Import.Onnx;

/// <summary>The shape rule of every supported operator.</summary>
internal sealed partial class OnnxShapes
{
    private const string Supported =
        "Conv, BatchNormalization, Relu, Clip, MaxPool, Add, GlobalAveragePool, AveragePool, ReduceMean, Flatten, Reshape, Squeeze, Unsqueeze, Gemm, MatMul, Softmax, "
        + "Identity, Dropout, Constant, Cast, Shape, Gather, Concat, QuantizeLinear, DequantizeLinear, QLinearConv, QLinearMatMul, QGemm, QLinearAdd, QLinearMul, QLinearConcat, QLinearAveragePool, QLinearGlobalAveragePool";

    private int[] Infer(OnnxNode node)
    {
        if (node.Domain is not ("" or "ai.onnx" or "com.microsoft"))
        {
            throw node.Fault($"belongs to the domain '{node.Domain}', expected ai.onnx or com.microsoft");
        }

        int[] found = node.OperatorType switch
        {
            "Conv" => Convolution(node, 1),
            "QLinearConv" => Convolution(node, 3),
            "MaxPool" => MaxPool(node),
            "GlobalAveragePool" or "QLinearGlobalAveragePool" => Mean(node, this[node.Input(0)], keepsDimensions: true),
            "AveragePool" or "QLinearAveragePool" => AveragePool(node),
            "ReduceMean" => ReduceMean(node),
            "Relu" or "Clip" or "Identity" or "Dropout" or "Softmax" or "QuantizeLinear" or "DequantizeLinear" or "BatchNormalization" => this[node.Input(0)],
            "Cast" => Cast(node),
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
        "LpPool" or "GlobalMaxPool" => "; nearest supported form: MaxPool",
        "Sum" or "Sub" => "; nearest supported form: Add of two values",
        "LogSoftmax" => "; nearest supported form: Softmax",
        "Mul" or "Div" => "; nearest supported form: a BatchNormalization after a Conv",
        _ => string.Empty,
    };

    private int[] Convolution(OnnxNode node, int weightInput)
    {
        int[] input = this[node.Input(0)];
        int[] weights = this[node.Input(weightInput)];
        Conv2dShape shape = OnnxGeometry.Convolution(node, input, weights);
        return [input[0], shape.OutChannels, shape.OutHeight, shape.OutWidth];
    }

    private int[] MaxPool(OnnxNode node)
    {
        int[] input = this[node.Input(0)];
        MaxPool2dShape shape = OnnxGeometry.MaxPool(node, input);
        return [input[0], shape.Channels, shape.OutHeight, shape.OutWidth];
    }

    private int[] AveragePool(OnnxNode node)
    {
        int[] input = this[node.Input(0)];
        if (node.OperatorType == "AveragePool" && OnnxGeometry.IsGlobal(node, input))
        {
            return Mean(node, input, keepsDimensions: true);
        }

        Conv2dShape shape = OnnxGeometry.AveragePool(node, input);
        return [input[0], shape.OutChannels, shape.OutHeight, shape.OutWidth];
    }

    private static int[] Mean(OnnxNode node, int[] input, bool keepsDimensions)
    {
        OnnxGeometry.RequireImages(node, input);
        return keepsDimensions ? [input[0], input[1], 1, 1] : [input[0], input[1]];
    }

    private int[] ReduceMean(OnnxNode node)
    {
        long[] axes = node.HasInput(1)
            ? Integers(node.Input(1)) ?? throw node.Fault("has computed axes; nearest supported form: constant axes")
            : node.Ints("axes");
        int[] input = this[node.Input(0)];
        long[] positive = [.. axes.Select(axis => axis < 0 ? axis + input.Length : axis).Order()];
        return positive is [2, 3]
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
        int[] leftDimensions = this[left];
        int[] rightDimensions = this[right];
        bool isBias = (graph.Constant(left) is null) != (graph.Constant(right) is null);
        if (isBias)
        {
            return graph.Constant(left) is null ? leftDimensions : rightDimensions;
        }

        return leftDimensions.AsSpan().SequenceEqual(rightDimensions)
            ? leftDimensions
            : throw node.Fault(Text($"adds [{string.Join(", ", leftDimensions)}] and [{string.Join(", ", rightDimensions)}]; nearest supported form: equal shapes"));
    }

    private int[] Flatten(OnnxNode node)
    {
        int[] input = this[node.Input(0)];
        long axis = node.Int("axis", 1);
        if (axis is not 1 || input.Length < 1)
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
        if (node.HasAttribute("start") || node.HasAttribute("end"))
        {
            throw node.Fault("takes part of a shape; nearest supported form: Shape without start and end");
        }

        integers.Add(node.Output, Array.ConvertAll(input, static extent => (long)extent));
        return [input.Length];
    }

    private int[] Gather(OnnxNode node)
    {
        long[]? values = Integers(node.Input(0));
        long[]? indices = Integers(node.Input(1));
        if (values is null || indices is not [long index] || index < -values.Length || index >= values.Length || node.Int("axis", 0) != 0)
        {
            throw node.Fault("is only supported as one entry of a shape");
        }

        integers.Add(node.Output, [values[index < 0 ? index + values.Length : index]]);
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

    /// <summary>The axis along which a node joins values, from 0.</summary>
    public static int JoinedAxis(OnnxNode node, int rank)
    {
        long axis = node.Int("axis", 1);
        long positive = axis < 0 ? axis + rank : axis;
        return positive >= 0 && positive < rank ? (int)positive : throw node.Fault(Text($"has the axis {axis} of {rank} dimensions"));
    }

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
