using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using TileProof.Golden.Onnx.Schema;
using TileProof.Golden.OnnxRuntime;
using ElementCode = TileProof.Golden.Onnx.Schema.TensorProto.Types.DataType;

namespace TileProof.Golden.Import.Onnx.Rewrites;

/// <summary>Computes what depends on constants only: identities, changes of shape, transpositions, arithmetic of floats, and quantized weights.</summary>
/// <remarks>DequantizeLinear of a constant stays: it says what the levels mean. A result is never larger than the largest constant that it is made of.</remarks>
internal static class ConstantFolding
{
    private const int MostElements = 1 << 12;
    private const int IrVersion = 10;
    private const string Result = "result";

    /// <summary>Folds until nothing is left.</summary>
    public static void Apply(GraphEdit edit)
    {
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (NodeProto node in edit.Graph.Node.ToArray())
            {
                if (node.Output.Count >= 1 && node.Input.Count >= 1 && !edit.IsOutput(node.Output[0]) && Fold(edit, node) is { } tensor)
                {
                    tensor.Name = node.Output[0];
                    edit.Remove(node);
                    edit.Add(tensor);
                    changed = true;
                }
            }
        }
    }

    private static TensorProto? Fold(GraphEdit edit, NodeProto node)
    {
        OnnxConstant?[] inputs = [.. node.Input.Select(input => input.Length == 0 ? null : edit.Constant(input))];
        if (inputs[0] is not { } first || node.Input.Zip(inputs).Any(static pair => pair.First.Length > 0 && pair.Second is null))
        {
            return null;
        }

        OnnxNode read = edit.Read(node);
        return node.OpType switch
        {
            "Identity" => first.ToTensor(),
            "Reshape" when inputs.Length > 1 => Reshaped(first, inputs[1]!.Int64s(), read.Int("allowzero", 0) != 0),
            "Flatten" => Flattened(first, read.Int("axis", 1)),
            "Transpose" => Transposed(first, read.Ints("perm")),
            "Add" or "Sub" or "Mul" or "Div" when inputs.Length == 2 && first.IsFloat && inputs[1]!.IsFloat => Computed(node.OpType, first, inputs[1]!),
            "QuantizeLinear" when first.IsFloat && read.Int("block_size", 0) == 0 => Quantized(first, inputs, read.Int("axis", 1)),
            "Cast" or "Concat" or "Slice" or "Gather" or "Squeeze" or "Unsqueeze" or "Neg" or "Sqrt" or "Reciprocal" or "ConstantOfShape" => ByOnnxRuntime(edit, node, inputs),
            _ => null,
        };
    }

    /// <summary>A small result as ONNX Runtime computes it: shapes and pads that exporters put together from pieces.</summary>
    private static TensorProto? ByOnnxRuntime(GraphEdit edit, NodeProto node, OnnxConstant?[] inputs)
    {
        long made = node.OpType == "ConstantOfShape" ? inputs[0]!.Int64s().Aggregate(1L, static (product, extent) => extent is < 0 or > MostElements ? MostElements + 1L : Math.Min(product * extent, MostElements + 1L)) : 0;
        if (made > MostElements || inputs.Sum(static input => (long)(input?.Count ?? 0)) > MostElements || node.Output.Count != 1)
        {
            return null;
        }

        var graph = new GraphProto { Name = node.OpType };
        NodeProto copy = node.Clone();
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i]?.ToTensor() is { } tensor)
            {
                tensor.Name = copy.Input[i] = $"input{i}";
                graph.Initializer.Add(tensor);
            }
        }

        copy.Output[0] = Result;
        graph.Node.Add(copy);
        graph.Output.Add(new ValueInfoProto { Name = Result });
        var model = new ModelProto { IrVersion = IrVersion, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = edit.OperatorSet });
        try
        {
            using var session = new OnnxRuntimeSession(model.ToByteArray(), optimization: OnnxRuntimeOptimization.None);
            OnnxTensor result = session.Run([Result])[0];
            return Of((ElementCode)(int)result.ElementType, result.Dimensions.ToArray().Select(static extent => checked((int)extent)), result.Bytes);
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or NotSupportedException)
        {
            return null;
        }
    }

    private static TensorProto Of(ElementCode type, IEnumerable<int> dimensions, ReadOnlySpan<byte> bytes)
    {
        var tensor = new TensorProto { DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(dimensions.Select(static extent => (long)extent));
        return tensor;
    }

    private static TensorProto? Reshaped(OnnxConstant constant, long[] wanted, bool allowsZero)
    {
        long[] extents = [.. wanted.Select((extent, axis) => extent == 0 && !allowsZero && axis < constant.Dimensions.Length ? constant.Dimensions[axis] : extent)];
        long known = extents.Where(static extent => extent != -1).Aggregate(1L, static (product, extent) => checked(product * extent));
        int open = extents.Count(static extent => extent == -1);
        if (open > 1 || known < 0 || (open == 1 && (known == 0 || constant.Count % known != 0)) || (open == 0 && known != constant.Count))
        {
            return null;
        }

        TensorProto tensor = constant.ToTensor();
        tensor.Dims.Clear();
        tensor.Dims.AddRange(extents.Select(extent => extent == -1 ? constant.Count / known : extent));
        return tensor;
    }

    private static TensorProto? Flattened(OnnxConstant constant, long axis)
    {
        int rank = constant.Dimensions.Length;
        axis = axis < 0 ? axis + rank : axis;
        if (axis < 0 || axis > rank)
        {
            return null;
        }

        long rows = constant.Dimensions.Take((int)axis).Aggregate(1L, static (product, extent) => product * extent);
        TensorProto tensor = constant.ToTensor();
        tensor.Dims.Clear();
        tensor.Dims.AddRange([rows, rows == 0 ? 0 : constant.Count / rows]);
        return tensor;
    }

    /// <summary>A constant with its axes in another order; reversed where none is stated, null where it is no order of them.</summary>
    public static TensorProto? Transposed(OnnxConstant constant, long[] order)
    {
        int rank = constant.Dimensions.Length;
        int[] axes = order.Length == 0 ? [.. Enumerable.Range(0, rank).Reverse()] : Array.ConvertAll(order, static axis => (int)axis);
        if (!axes.Order().SequenceEqual(Enumerable.Range(0, rank)))
        {
            return null;
        }

        TensorProto source = constant.ToTensor();
        ReadOnlySpan<byte> bytes = source.RawData.Span;
        int elementBytes = constant.Count == 0 ? 1 : bytes.Length / constant.Count;
        int[] pitches = new int[rank];
        for (int axis = rank - 1, pitch = 1; axis >= 0; pitch *= constant.Dimensions[axis], axis--)
        {
            pitches[axis] = pitch;
        }

        int[] extents = Array.ConvertAll(axes, axis => constant.Dimensions[axis]);
        byte[] result = new byte[bytes.Length];
        int[] index = new int[rank];
        for (int element = 0; element < constant.Count; element++)
        {
            int from = 0;
            for (int axis = 0; axis < rank; axis++)
            {
                from += index[axis] * pitches[axes[axis]];
            }

            bytes.Slice(from * elementBytes, elementBytes).CopyTo(result.AsSpan(element * elementBytes));
            for (int axis = rank - 1; axis >= 0 && ++index[axis] == extents[axis]; axis--)
            {
                index[axis] = 0;
            }
        }

        return Of((ElementCode)source.DataType, extents, result);
    }

    /// <summary>Two floats constants of one shape, or one of them a single number.</summary>
    private static TensorProto? Computed(string operation, OnnxConstant left, OnnxConstant right)
    {
        bool isSameShape = left.Dimensions.AsSpan().SequenceEqual(right.Dimensions);
        if (!isSameShape && !(right.Count == 1 && right.Dimensions.Length <= left.Dimensions.Length) && !(left.Count == 1 && left.Dimensions.Length <= right.Dimensions.Length))
        {
            return null;
        }

        (float[] first, float[] second) = (left.Floats(), right.Floats());
        float[] result = new float[Math.Max(first.Length, second.Length)];
        for (int i = 0; i < result.Length; i++)
        {
            (float a, float b) = (first[first.Length == 1 ? 0 : i], second[second.Length == 1 ? 0 : i]);
            result[i] = operation switch { "Add" => a + b, "Sub" => a - b, "Mul" => a * b, _ => a / b };
        }

        return Of(ElementCode.Float, (left.Count >= right.Count && left.Dimensions.Length >= right.Dimensions.Length ? left : right).Dimensions, MemoryMarshal.AsBytes(result.AsSpan()));
    }

    /// <summary>Levels as ONNX defines them: the quotient rounded to nearest, ties to even, plus the zero point, saturated.</summary>
    private static TensorProto? Quantized(OnnxConstant constant, OnnxConstant?[] inputs, long axis)
    {
        if (inputs.Length < 2 || inputs[1] is not { IsFloat: true } scale || inputs.ElementAtOrDefault(2) is { IsByte: false })
        {
            return null;
        }

        OnnxConstant? zeroPoint = inputs.ElementAtOrDefault(2);
        int rank = constant.Dimensions.Length;
        axis = axis < 0 ? axis + rank : axis;
        bool isPerAxis = scale.Count > 1;
        if (scale.Count == 0 || (isPerAxis && (axis < 0 || axis >= rank || constant.Dimensions[axis] != scale.Count)) || (zeroPoint is not null && zeroPoint.Count != scale.Count))
        {
            return null;
        }

        bool isUnsigned = zeroPoint?.IsUnsigned ?? true;
        int lowest = isUnsigned ? byte.MinValue : sbyte.MinValue;
        int highest = isUnsigned ? byte.MaxValue : sbyte.MaxValue;
        (float[] values, float[] scales) = (constant.Floats(), scale.Floats());
        int[] zeroPoints = zeroPoint is null ? new int[scales.Length] : Array.ConvertAll(zeroPoint.Levels(), level => isUnsigned ? level + 128 : level);
        int inner = isPerAxis ? constant.Dimensions.Skip((int)axis + 1).Aggregate(1, static (product, extent) => product * extent) : 1;
        byte[] levels = new byte[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int channel = isPerAxis ? i / inner % scales.Length : 0;
            double level = Math.Round((double)(values[i] / scales[channel]), MidpointRounding.ToEven) + zeroPoints[channel];
            levels[i] = double.IsNaN(level) ? (byte)0 : unchecked((byte)(int)Math.Clamp(level, lowest, highest));
        }

        return Of(isUnsigned ? ElementCode.Uint8 : ElementCode.Int8, constant.Dimensions, levels);
    }
}
