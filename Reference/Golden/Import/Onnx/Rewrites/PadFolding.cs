using TileProof.Golden.Onnx.Schema;

namespace TileProof.Golden.Import.Onnx.Rewrites;

/// <summary>A Pad of zeros around images that Convs alone read is their padding; between them may lie one quantization with the scale of the image.</summary>
internal static class PadFolding
{
    /// <summary>Folds every Pad that only Convs read.</summary>
    public static void Apply(GraphEdit edit)
    {
        foreach (NodeProto pad in edit.Graph.Node.Where(static node => node.OpType == "Pad" && node.Input.Count >= 1 && node.Output.Count == 1).ToArray())
        {
            if (PadsOf(edit, pad) is not { } pads || edit.IsOutput(pad.Output[0]))
            {
                continue;
            }

            (string last, NodeProto[] between) = SameQuantizationBehind(edit, pad);
            NodeProto[] readers = [.. edit.ReadersOf(last)];
            if (readers.Length == 0 || edit.IsOutput(last) || !Array.TrueForAll(readers, node => IsExplicit(edit, node) && node.Input[0] == last && node.Input.Count(input => input == last) == 1))
            {
                continue;
            }

            foreach (NodeProto conv in readers)
            {
                long[] own = edit.Read(conv).Ints("pads", 0, 0, 0, 0);
                SetPads(conv, [.. own.Zip(pads, static (left, right) => left + right)]);
                edit.SetInput(conv, 0, pad.Input[0]);
            }

            foreach (NodeProto node in between.Append(pad))
            {
                edit.Remove(node);
            }
        }
    }

    /// <summary>Puts pads in place of those that a node has, and of a rule for them.</summary>
    private static void SetPads(NodeProto node, long[] pads)
    {
        foreach (AttributeProto attribute in node.Attribute.Where(static attribute => attribute.Name is "pads" or "auto_pad").ToArray())
        {
            node.Attribute.Remove(attribute);
        }

        var added = new AttributeProto { Name = "pads", Type = AttributeProto.Types.AttributeType.Ints };
        added.Ints.AddRange(pads);
        node.Attribute.Add(added);
    }

    private static bool IsExplicit(GraphEdit edit, NodeProto node) =>
        node.OpType == "Conv" && edit.Read(node).Word("auto_pad", "NOTSET") is "NOTSET" or "" && edit.Read(node).Ints("pads", 0, 0, 0, 0).Length == 4;

    /// <summary>Top, left, bottom, right; null where it pads with something else than zeros, or other axes than rows and columns.</summary>
    private static long[]? PadsOf(GraphEdit edit, NodeProto pad)
    {
        OnnxNode read = edit.Read(pad);
        bool isZero = pad.Input.Count < 3 || pad.Input[2].Length == 0 ? read.Single("value", 0) == 0 : edit.Constant(pad.Input[2]) is { IsFloat: true, Count: 1 } value && value.Floats()[0] == 0;
        long[]? all = pad.Input.Count > 1 ? edit.Constant(pad.Input[1])?.Int64s() : read.Ints("pads");
        return read.Word("mode", "constant") == "constant" && isZero && (pad.Input.Count < 4 || pad.Input[3].Length == 0)
            && all is [0, 0, var top, var left, 0, 0, var bottom, var right] && Math.Min(Math.Min(top, left), Math.Min(bottom, right)) >= 0
            ? [top, left, bottom, right]
            : null;
    }

    /// <summary>A QuantizeLinear and DequantizeLinear behind the Pad that state what made its input: padding zeros are levels of it.</summary>
    private static (string Last, NodeProto[] Between) SameQuantizationBehind(GraphEdit edit, NodeProto pad)
    {
        if (edit.ReadersOf(pad.Output[0]) is not [{ OpType: "QuantizeLinear", Output.Count: 1 } quantize]
            || edit.ReadersOf(quantize.Output[0]) is not [{ OpType: "DequantizeLinear", Output.Count: 1 } dequantize]
            || edit.IsOutput(quantize.Output[0])
            || edit.MakerOf(pad.Input[0]) is not { OpType: "DequantizeLinear" } before
            || !IsSame(edit, before, quantize) || !IsSame(edit, before, dequantize))
        {
            return (pad.Output[0], []);
        }

        return (dequantize.Output[0], [quantize, dequantize]);
    }

    private static bool IsSame(GraphEdit edit, NodeProto left, NodeProto right) =>
        left.Input.Count == 3 && right.Input.Count == 3
        && edit.Constant(left.Input[1]) is { IsFloat: true, Count: 1 } leftScale && edit.Constant(right.Input[1]) is { IsFloat: true, Count: 1 } rightScale
        && edit.Constant(left.Input[2]) is { IsByte: true, Count: 1 } leftZero && edit.Constant(right.Input[2]) is { IsByte: true, Count: 1 } rightZero
        && leftScale.Floats()[0] == rightScale.Floats()[0] && leftZero.IsUnsigned == rightZero.IsUnsigned && leftZero.Levels()[0] == rightZero.Levels()[0];
}
