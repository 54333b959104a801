using System.Globalization;

namespace TileProof.Golden.Import.Onnx;

/// <summary>What a Slice node copies: consecutive indices of one axis.</summary>
/// <param name="Axis">The axis of the value that is cut.</param>
/// <param name="First">The first index.</param>
/// <param name="Count">Indices, at least 1.</param>
internal sealed record OnnxSlice(int Axis, int First, int Count)
{
    /// <summary>Reads a node.</summary>
    /// <param name="node">The node: bounds are inputs, or attributes of operator sets before 10.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="input">The dimensions of what is cut.</param>
    /// <exception cref="ModelFormatException">Bounds are computed, it cuts several axes or skips indices, or nothing is left.</exception>
    public static OnnxSlice Read(OnnxNode node, OnnxGraph graph, int[] input)
    {
        long[] starts = Of(node, graph, 1, "starts");
        long[] ends = Of(node, graph, 2, "ends");
        long[] axes = node.HasInput(3) || node.HasAttribute("axes") ? Of(node, graph, 3, "axes") : [0];
        long[] steps = node.HasInput(4) ? Of(node, graph, 4, "steps") : [1];
        if (starts is not [long start] || ends is not [long end] || axes is not [long axis] || steps is not [1] || axis < -input.Length || axis >= input.Length)
        {
            throw node.Fault(string.Create(
                CultureInfo.InvariantCulture,
                $"cuts [{string.Join(", ", starts)}] to [{string.Join(", ", ends)}] of the axes [{string.Join(", ", axes)}] in steps of [{string.Join(", ", steps)}]; nearest supported form: consecutive indices of one axis"));
        }

        int place = (int)(axis < 0 ? axis + input.Length : axis);
        int first = Bound(start, input[place]);
        int count = Bound(end, input[place]) - first;
        return count > 0 ? new OnnxSlice(place, first, count) : throw node.Fault("leaves nothing; expected at least one index");
    }

    private static int Bound(long bound, int extent) => (int)Math.Clamp(bound < 0 ? bound + extent : bound, 0, extent);

    private static long[] Of(OnnxNode node, OnnxGraph graph, int input, string name) => node.HasInput(input)
        ? graph.Constant(node.Input(input))?.Int64s() ?? throw node.Fault($"has computed {name}; nearest supported form: constant {name}")
        : node.Ints(name);
}
