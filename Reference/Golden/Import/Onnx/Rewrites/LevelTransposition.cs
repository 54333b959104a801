using TileProof.Golden.Onnx.Schema;

namespace TileProof.Golden.Import.Onnx.Rewrites;

/// <summary>A Transpose of dequantized constant weights is a DequantizeLinear of transposed ones, as files that came from TensorFlow need it.</summary>
internal static class LevelTransposition
{
    /// <summary>Moves every such Transpose before its DequantizeLinear.</summary>
    public static void Apply(GraphEdit edit)
    {
        foreach (NodeProto transpose in edit.Graph.Node.Where(static node => node is { OpType: "Transpose", Input.Count: 1, Output.Count: 1 }).ToArray())
        {
            if (edit.MakerOf(transpose.Input[0]) is not { OpType: "DequantizeLinear", Input.Count: >= 2 } dequantize
                || edit.Constant(dequantize.Input[0]) is not { } levels
                || ConstantFolding.Transposed(levels, edit.Read(transpose).Ints("perm")) is not { } moved)
            {
                continue;
            }

            int rank = levels.Dimensions.Length;
            long[] order = edit.Read(transpose).Ints("perm", [.. Enumerable.Range(0, rank).Reverse().Select(static axis => (long)axis)]);
            long stated = edit.Read(dequantize).Int("axis", 1);
            int axis = Array.IndexOf(order, stated < 0 ? stated + rank : stated);
            bool isPerAxis = edit.Constant(dequantize.Input[1]) is { Count: > 1 };
            if (isPerAxis && axis < 0)
            {
                continue;
            }

            moved.Name = edit.FreshName(dequantize.Input[0]);
            edit.Add(moved);
            NodeProto after = dequantize.Clone();
            after.Name = transpose.Name;
            after.Input[0] = moved.Name;
            after.Output[0] = transpose.Output[0];
            foreach (AttributeProto attribute in after.Attribute.Where(static attribute => attribute.Name == "axis").ToArray())
            {
                after.Attribute.Remove(attribute);
            }

            if (isPerAxis)
            {
                after.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = axis });
            }

            edit.Remove(transpose);
            edit.Add(after);
        }
    }
}
