using System.Runtime.InteropServices;
using Google.Protobuf;
using TileProof.Golden.Onnx.Schema;
using ElementCode = TileProof.Golden.Onnx.Schema.TensorProto.Types.DataType;

namespace TileProof.Golden.Import.Onnx.Rewrites;

/// <summary>An Add of one number a channel behind a Conv, and of one an output behind a MatMul, is its bias; a Mul of one a channel scales its weights.</summary>
internal static class BiasFolding
{
    /// <summary>Folds every one that nothing else reads.</summary>
    public static void Apply(GraphEdit edit)
    {
        foreach (NodeProto node in edit.Graph.Node.ToArray())
        {
            if (node.OpType is not ("Add" or "Mul") || node.Input.Count != 2 || node.Output.Count != 1)
            {
                continue;
            }

            int constant = IsConstant(edit, node.Input[1]) ? 1 : IsConstant(edit, node.Input[0]) ? 0 : -1;
            if (constant < 0 || !edit.IsReadOnce(node.Input[1 - constant]) || edit.MakerOf(node.Input[1 - constant]) is not { Output.Count: 1 } maker)
            {
                continue;
            }

            bool isFolded = (node.OpType, maker.OpType) switch
            {
                ("Add", "Conv") => AddToConvolution(edit, maker, node.Input[constant]),
                ("Mul", "Conv") => MultiplyConvolution(edit, maker, node.Input[constant]),
                ("Add", "MatMul") => AddToProduct(edit, maker, node.Input[constant]),
                _ => false,
            };
            if (isFolded)
            {
                string output = node.Output[0];
                edit.Remove(node);
                edit.Rename(maker, output);
            }
        }
    }

    /// <summary>A stored tensor, or what DequantizeLinear makes of one.</summary>
    private static bool IsConstant(GraphEdit edit, string value) => edit.Constant(value) is not null || DequantizedBehind(edit, value) is not null;

    private static OnnxConstant? DequantizedBehind(GraphEdit edit, string value) =>
        edit.MakerOf(value) is { OpType: "DequantizeLinear", Input.Count: >= 2 } maker ? edit.Constant(maker.Input[0]) : null;

    /// <summary>Whether a constant adds one number a channel to <c>[N, C, H, W]</c>: it is <c>[C, 1, 1]</c>, <c>[1, C, 1, 1]</c> or a single number.</summary>
    private static float[]? PerChannel(OnnxConstant constant, int channels)
    {
        bool isPerChannel = constant.Dimensions is [_, 1, 1] or [1, _, 1, 1] && constant.Count == channels;
        return !constant.IsFloat ? null
            : constant.Count == 1 && constant.Dimensions.Length <= 4 ? [.. Enumerable.Repeat(constant.Floats()[0], channels)]
            : isPerChannel ? constant.Floats() : null;
    }

    private static bool AddToConvolution(GraphEdit edit, NodeProto conv, string added)
    {
        if (Weights(edit, conv) is not { } weights || edit.Constant(added) is not { } constant || PerChannel(constant, weights.Dimensions[0]) is not { } numbers || Bias(edit, conv, numbers.Length) is not { } bias)
        {
            return false;
        }

        SetBias(edit, conv, [.. bias.Zip(numbers, static (left, right) => left + right)]);
        return true;
    }

    private static bool MultiplyConvolution(GraphEdit edit, NodeProto conv, string factor)
    {
        if (Weights(edit, conv) is not { } weights || edit.Constant(factor) is not { } constant || PerChannel(constant, weights.Dimensions[0]) is not { } numbers || Bias(edit, conv, numbers.Length) is not { } bias)
        {
            return false;
        }

        float[] scaled = [.. weights.Floats()];
        int perChannel = scaled.Length / numbers.Length;
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] *= numbers[i / perChannel];
        }

        edit.SetInput(conv, 1, Add(edit, conv.Input[1], scaled, weights.Dimensions));
        if (conv.Input.Count > 2)
        {
            SetBias(edit, conv, [.. bias.Zip(numbers, static (left, right) => left * right)]);
        }

        return true;
    }

    /// <summary>A matrix product with a bias is a Gemm; the bias may be quantized.</summary>
    private static bool AddToProduct(GraphEdit edit, NodeProto product, string added)
    {
        if (product.Input.Count != 2)
        {
            return false;
        }

        OnnxConstant? weights = edit.Constant(product.Input[1]) ?? DequantizedBehind(edit, product.Input[1]);
        OnnxConstant? bias = DequantizedBehind(edit, added);
        if (weights is not { Dimensions: [_, var outputs] } || bias is null || bias.Dimensions is not [var count] || count != outputs)
        {
            return false;
        }

        product.OpType = "Gemm";
        edit.SetInput(product, 2, added);
        return true;
    }

    private static OnnxConstant? Weights(GraphEdit edit, NodeProto conv) =>
        conv.Input.Count >= 2 && edit.Constant(conv.Input[1]) is { IsFloat: true, Dimensions: [> 0, _, _, _], Count: > 0 } weights ? weights : null;

    private static float[]? Bias(GraphEdit edit, NodeProto conv, int channels) => conv.Input.Count < 3 || conv.Input[2].Length == 0 ? new float[channels]
        : edit.Constant(conv.Input[2]) is { IsFloat: true } bias && bias.Count == channels ? bias.Floats() : null;

    private static void SetBias(GraphEdit edit, NodeProto conv, float[] bias) => edit.SetInput(conv, 2, Add(edit, conv.Output[0], bias, [bias.Length]));

    private static string Add(GraphEdit edit, string like, float[] values, int[] dimensions)
    {
        var tensor = new TensorProto { Name = edit.FreshName(like), DataType = (int)ElementCode.Float, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) };
        tensor.Dims.AddRange(dimensions.Select(static extent => (long)extent));
        edit.Add(tensor);
        return tensor.Name;
    }
}
