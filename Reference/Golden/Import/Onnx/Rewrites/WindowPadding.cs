using Google.Protobuf;
using TileProof.Golden.Onnx.Schema;

namespace TileProof.Golden.Import.Onnx.Rewrites;

/// <summary>Padding that differs from side to side becomes the same on all four: taps of zero make the window larger where a side has less.</summary>
/// <remarks>
/// The library pads all sides alike. A window with a row of zeros before its first starts a row earlier and reads a row more, which adds nothing:
/// every sum stays as it is, bit for bit. Padding behind the last window that no window reads is left out first.
/// </remarks>
internal static class WindowPadding
{
    private const int LargestKernel = 32;
    private const int QLinearWeightInput = 3;

    /// <summary>Changes every Conv whose pads differ and whose weights are a constant, or the levels of one.</summary>
    public static void Apply(GraphEdit edit)
    {
        foreach (NodeProto conv in edit.Graph.Node.Where(static node => node.Input.Count > WeightInputOf(node)).ToArray())
        {
            OnnxNode read = edit.Read(conv);
            NodeProto? dequantize = edit.MakerOf(conv.Input[WeightInputOf(conv)]) is { OpType: "DequantizeLinear", Input.Count: >= 2, Output.Count: 1 } maker ? maker : null;
            OnnxConstant? weights = dequantize is null ? edit.Constant(conv.Input[WeightInputOf(conv)]) : edit.Constant(dequantize.Input[0]);
            if (weights is not { Dimensions: [_, _, > 0, > 0], Count: > 0 } || read.Word("auto_pad", "NOTSET") is not ("NOTSET" or "") || read.Ints("pads", 0, 0, 0, 0) is not [>= 0, >= 0, >= 0, >= 0] pads)
            {
                continue;
            }

            bool isAlike = pads.Distinct().Count() == 1 || read.Ints("dilations", 1, 1).Any(static dilation => dilation != 1) || pads.Max() >= LargestKernel;
            if (!isAlike)
            {
                Widen(edit, conv, dequantize, weights, pads);
            }
        }
    }

    /// <summary>The input with the weights; beyond all of them for other operators.</summary>
    private static int WeightInputOf(NodeProto node) => node.OpType switch { "Conv" => 1, "QLinearConv" => QLinearWeightInput, _ => int.MaxValue };

    private static void Widen(GraphEdit edit, NodeProto conv, NodeProto? dequantize, OnnxConstant weights, long[] pads)
    {
        // The window of an axis grows before its first tap by what the side before lacks, and behind its last by what the side behind lacks.
        int padding = (int)pads.Max();
        int[] before = [padding - (int)pads[0], padding - (int)pads[1]];
        int[] behind = [padding - (int)pads[2], padding - (int)pads[3]];
        int[] old = weights.Dimensions;
        int[] extents = [old[0], old[1], old[2] + before[0] + behind[0], old[3] + before[1] + behind[1]];
        if (extents[2] > LargestKernel || extents[3] > LargestKernel || ZeroOf(edit, conv, dequantize) is not { } zero)
        {
            return;
        }

        TensorProto stored = weights.ToTensor();
        int elementBytes = stored.RawData.Length / weights.Count;
        byte[] wide = new byte[(long)extents[0] * extents[1] * extents[2] * extents[3] * elementBytes];
        if (elementBytes == 1)
        {
            Array.Fill(wide, zero);
        }

        for (int plane = 0; plane < old[0] * old[1]; plane++)
        {
            for (int row = 0; row < old[2]; row++)
            {
                int from = ((plane * old[2]) + row) * old[3];
                int to = (((plane * extents[2]) + row + before[0]) * extents[3]) + before[1];
                stored.RawData.Span.Slice(from * elementBytes, old[3] * elementBytes).CopyTo(wide.AsSpan(to * elementBytes));
            }
        }

        var tensor = new TensorProto { Name = edit.FreshName(weights.Name), DataType = stored.DataType, RawData = ByteString.CopyFrom(wide) };
        tensor.Dims.AddRange(extents.Select(static extent => (long)extent));
        edit.Add(tensor);
        PadFolding.SetPads(conv, [padding, padding, padding, padding]);
        foreach (AttributeProto attribute in conv.Attribute.Where(static attribute => attribute.Name == "kernel_shape").ToArray())
        {
            conv.Attribute.Remove(attribute);
        }

        if (dequantize is null)
        {
            edit.SetInput(conv, WeightInputOf(conv), tensor.Name);
            return;
        }

        NodeProto own = dequantize.Clone();
        own.Name = "";
        own.Input[0] = tensor.Name;
        own.Output.Clear();
        own.Output.Add(edit.FreshName(dequantize.Output[0]));
        edit.Add(own);
        edit.SetInput(conv, 1, own.Output[0]);
    }

    /// <summary>The byte of real 0 in the weights; null where channels differ in it.</summary>
    private static byte? ZeroOf(GraphEdit edit, NodeProto conv, NodeProto? dequantize)
    {
        string? name = conv.OpType == "QLinearConv" ? conv.Input.ElementAtOrDefault(QLinearWeightInput + 2) : dequantize?.Input.ElementAtOrDefault(2);
        if (string.IsNullOrEmpty(name))
        {
            return 0;
        }

        if (edit.Constant(name) is not { IsByte: true, Count: > 0 } zeroPoint)
        {
            return null;
        }

        sbyte[] levels = zeroPoint.Levels();
        return Array.TrueForAll(levels, level => level == levels[0]) ? unchecked((byte)(levels[0] ^ (zeroPoint.IsUnsigned ? 0x80 : 0))) : null;
    }
}
