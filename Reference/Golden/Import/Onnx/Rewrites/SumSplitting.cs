using TileProof.Golden.Onnx.Schema;

namespace TileProof.Golden.Import.Onnx.Rewrites;

/// <summary>A Sum of several values is an Add of two after the other; of one it is that value.</summary>
internal static class SumSplitting
{
    /// <summary>Takes every Sum apart.</summary>
    public static void Apply(GraphEdit edit)
    {
        foreach (NodeProto sum in edit.Graph.Node.Where(static node => node is { OpType: "Sum", Domain: "" or "ai.onnx", Input.Count: >= 1, Output.Count: 1 }).ToArray())
        {
            string[] inputs = [.. sum.Input];
            string last = inputs[0];
            edit.Remove(sum);
            for (int i = 1; i < inputs.Length; i++)
            {
                string output = i == inputs.Length - 1 ? sum.Output[0] : edit.FreshName(sum.Output[0]);
                edit.Add(new NodeProto { Name = i == inputs.Length - 1 ? sum.Name : "", OpType = "Add", Input = { last, inputs[i] }, Output = { output } });
                last = output;
            }

            if (inputs.Length == 1)
            {
                edit.Add(new NodeProto { Name = sum.Name, OpType = "Identity", Input = { last }, Output = { sum.Output[0] } });
            }
        }
    }
}
